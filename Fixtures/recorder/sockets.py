"""Sockets that tell what the kernel counted, up to the moment they are closed."""

from __future__ import annotations

import socket
import struct
import time

# struct tcp_info of include/uapi/linux/tcp.h, as far as it is read. It only ever grows at its end.
_LAYOUT = struct.Struct("=8B24I4Q6I4Q2I2Q6I")
_FIELDS = (
    "state ca_state retransmits probes backoff options wscale flags "
    "rto ato snd_mss rcv_mss unacked sacked lost retrans fackets last_data_sent last_ack_sent "
    "last_data_recv last_ack_recv pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss "
    "reordering rcv_rtt rcv_space total_retrans "
    "pacing_rate max_pacing_rate bytes_acked bytes_received "
    "segs_out segs_in notsent_bytes min_rtt data_segs_in data_segs_out "
    "delivery_rate busy_time rwnd_limited sndbuf_limited delivered delivered_ce "
    "bytes_sent bytes_retrans dsack_dups reord_seen rcv_ooopack snd_wnd rcv_wnd rehash"
).split()
_TOLD = (
    "total_retrans bytes_retrans bytes_sent bytes_acked bytes_received segs_out segs_in "
    "data_segs_out data_segs_in dsack_dups reord_seen rcv_ooopack rtt min_rtt snd_mss"
).split()
STATES = (
    "? ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK "
    "LISTEN CLOSING NEW_SYN_RECV"
).split()
NO_MIN_RTT = 0xFFFFFFFF  # the kernel's "never measured"


def tcp_info(sock: socket.socket) -> dict[str, object]:
    """What the kernel counted so far, and the state in which it was asked."""
    raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAYOUT.size)
    if len(raw) < _LAYOUT.size:
        raise RuntimeError("this kernel's tcp_info is too old")
    values = dict(zip(_FIELDS, _LAYOUT.unpack(raw)))
    told: dict[str, object] = {"read_in": STATES[values["state"]]}
    told |= {name: values[name] for name in _TOLD}
    if told["min_rtt"] == NO_MIN_RTT:
        told["min_rtt"] = None
    return told


class Endpoint(socket.socket):
    """A socket with a memory: `info` is the last TCP_INFO, read at the latest when it closes."""

    info: dict[str, object] | None = None
    local: tuple[str, int] | None = None
    remote: tuple[str, int] | None = None
    family_of: list["Endpoint"]

    def accept(self) -> tuple["Endpoint", object]:  # type: ignore[override]
        handle, address = self._accept()  # type: ignore[attr-defined]
        child = Endpoint(self.family, self.type, self.proto, fileno=handle)
        child.settimeout(self.gettimeout())
        child.family_of = self.family_of
        child.remember(address)
        self.family_of.append(child)
        return child, address

    def remember(self, remote: tuple) -> None:
        """Notes both addresses: after a reset the kernel no longer tells them."""
        self.local = self.getsockname()[:2]
        self.remote = remote[:2]

    def read_info(self) -> None:
        if self.type == socket.SOCK_STREAM and self.remote is not None:
            self.info = tcp_info(self)

    def close(self) -> None:
        if self.fileno() >= 0:
            self.read_info()
        super().close()

    def abort(self) -> None:
        """Closes with SO_LINGER 0, which sends RST and throws away what is unsent."""
        self._linger_zero()
        self.close()

    def vanish(self) -> None:
        """Closes without a look back, and leaves no orphan in the kernel."""
        if self.fileno() >= 0:
            if self.type == socket.SOCK_STREAM:
                self._linger_zero()
            super().close()

    def _linger_zero(self) -> None:
        self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def finish(self) -> None:
        """Sends FIN and keeps the socket, so that its counters can be read at the very end."""
        self.shutdown(socket.SHUT_WR)

    def read(self, count: int) -> bytes:
        """Reads exactly so many bytes."""
        content = b""
        while len(content) < count:
            part = self.recv(min(65536, count - len(content)))
            if not part:
                raise EOFError(f"{len(content)} bytes of {count}")
            content += part
        return content

    def read_to_end(self) -> bytes:
        content = b""
        while part := self.recv(65536):
            content += part
        return content

    def wait_for(self, state: str, limit: float = 20.0) -> None:
        """Waits until the kernel has the socket in the state of this (kernel) name."""
        end = time.monotonic() + limit
        while tcp_info(self)["read_in"] != state:
            if time.monotonic() > end:
                raise TimeoutError(f"{tcp_info(self)['read_in']}, not {state}")
            time.sleep(0.002)
