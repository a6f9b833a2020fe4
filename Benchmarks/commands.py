"""What is measured: synfin, the floors and the peers that are installed."""

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

FLOORS = ("read-records", "read-bytes", "pcap-count", "pcap-flows", "read-flows", "read-segments")
# What the ratios of the table refer to; these always run.
REFERENCES = ("pcap-count", "pcap-flows")

TSHARK_FIELDS = (
    "frame.number frame.time_epoch ip.src ip.dst tcp.stream tcp.srcport tcp.dstport tcp.flags "
    "tcp.seq tcp.ack tcp.len tcp.window_size tcp.analysis.retransmission "
    "tcp.analysis.fast_retransmission tcp.analysis.out_of_order tcp.analysis.duplicate_ack "
    "tcp.analysis.lost_segment tcp.analysis.zero_window tcp.analysis.ack_rtt"
).split()

# {file} is the capture, {out} an empty folder for what a command insists on writing.
PEERS = {
    "tcpdump": "tcpdump -nn -r {file}",
    "capinfos": "capinfos {file}",
    "tshark conv,tcp": "tshark -n -r {file} -q -z conv,tcp",
    "tshark fields": "tshark -n -r {file} -T fields -e " + " -e ".join(TSHARK_FIELDS),
    "nfpcapd": "nfpcapd -r {file} -w {out}",
    "softflowd": "softflowd -d -r {file} -c none -p {out}/pid",
    "argus": "argus -F /dev/null -r {file} -w {out}/argus",
    "tcptrace": "tcptrace -n {file}",
}

SYNFIN = {
    "synfin none": "analyze --threads 1 --format none {file}",
    "synfin none, 2 threads": "analyze --threads 2 --format none {file}",
    "synfin ndjson": "analyze --threads 1 --format ndjson {file}",
    "synfin ndjson, 2 threads": "analyze --threads 2 --format ndjson {file}",
    "synfin csv": "analyze --threads 1 --format csv {file}",
    "synfin zeek": "analyze --format zeek {file}",
    "synfin packets": "packets --utc {file}",
    "synfin packets ndjson": "packets --format ndjson {file}",
}


@dataclass(frozen=True)
class Command:
    name: str
    words: tuple[str, ...]

    def arguments(self, file: Path, out: Path) -> list[str]:
        return [word.format(file=file, out=out) for word in self.words]


def known_commands(synfin: Path, programs: Path, also: list[str]) -> list[Command]:
    """Everything that can run here, in the order of the table."""
    commands = [Command(name, (str(programs / name), "{file}")) for name in FLOORS]
    if synfin.exists():
        commands += [
            Command(name, (str(synfin), *line.split())) for name, line in SYNFIN.items()
        ]
    for text in also:
        name, line = text.split("=", 1)
        commands.append(Command(name, tuple(shlex.split(line))))
    for name, line in PEERS.items():
        words = line.split()
        program = shutil.which(words[0])
        if program:
            commands.append(Command(name, (program, *words[1:])))
    return commands
