-- What goes over the wire with the parts of an upload; NULL is CRC64NVME, which `crc` holds of every part.
ALTER TABLE uploads ADD COLUMN checksum TEXT;
ALTER TABLE parts ADD COLUMN sent TEXT;
