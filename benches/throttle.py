#!/usr/bin/env python3
"""An uplink of a given rate: what goes to the server is slowed down, what comes back is not.

  benches/throttle.py HOST:PORT BYTES_A_SECOND    prints its own address, and runs until it is ended
"""
import asyncio, sys, time

PIECE = 16 * 1024


class Uplink:
    """All connections share it: each piece has its turn when the one before it is through."""

    def __init__(self, rate):
        self.rate = rate
        self.free = time.monotonic()

    async def carry(self, size):
        self.free = max(self.free, time.monotonic()) + size / self.rate
        wait = self.free - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)


async def copy(reader, writer, uplink=None):
    try:
        while piece := await reader.read(PIECE):
            if uplink:
                await uplink.carry(len(piece))
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main(server, rate):
    host, port = server.rsplit(":", 1)
    uplink = Uplink(rate)

    async def serve(reader, writer):
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(copy(reader, back, uplink), copy(there, writer))

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, limit=PIECE)
    print("%s:%d" % listening.sockets[0].getsockname()[:2], flush=True)
    await listening.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1], float(sys.argv[2])))
    except KeyboardInterrupt:
        pass
