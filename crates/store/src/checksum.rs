//! CRC64NVME, the checksum that S3 keeps of whole objects and of parts alike.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// CRC64NVME as S3 writes it.
pub fn crc_text(crc: u64) -> String {
    STANDARD.encode(crc.to_be_bytes())
}

/// The value of what [`crc_text`] wrote.
pub fn crc_value(text: &str) -> Option<u64> {
    let bytes = STANDARD.decode(text).ok()?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

/// CRC64NVME of bytes.
pub fn crc64(bytes: &[u8]) -> u64 {
    crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, bytes)
}
