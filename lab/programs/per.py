"""This file writes ASN.1 in the packed encoding rules, aligned (ITU-T X.691), as far as h323.py needs."""


class Per:
    """Bits in their order."""

    def __init__(self) -> None:
        self._bits: list[int] = []

    def bits(self, text: str) -> "Per":
        """Bits as they are written, blanks between them for readers."""
        self._bits += [int(bit) for bit in text if bit != " "]
        return self

    def octets(self, data: bytes) -> "Per":
        """Whole bytes from the next boundary on."""
        self._bits += [0] * (-len(self._bits) % 8)
        for byte in data:
            self._bits += [byte >> shift & 1 for shift in range(7, -1, -1)]
        return self

    def number(self, value: int, size: int) -> "Per":
        return self.octets(value.to_bytes(size, "big"))

    def piece(self, data: bytes) -> "Per":
        """With the length before it: open types, octet strings, object identifiers."""
        size = len(data)
        head = bytes([size]) if size < 128 else (0x8000 | size).to_bytes(2, "big")
        return self.octets(head + data)

    def additions(self, parts: list[bytes | None]) -> "Per":
        """What was added to a sequence later; None is not there."""
        self.bits(f"0 {len(parts) - 1:06b}")
        self.bits("".join("0" if part is None else "1" for part in parts))
        for part in parts:
            if part is not None:
                self.piece(part)
        return self

    def data(self) -> bytes:
        filled = self._bits + [0] * (-len(self._bits) % 8)
        return bytes(
            sum(bit << 7 - i for i, bit in enumerate(filled[at : at + 8]))
            for at in range(0, len(filled), 8)
        ) or b"\0"


def sequence_of(parts: list[bytes]) -> bytes:
    """Octet strings, one behind the other."""
    per = Per().octets(bytes([len(parts)]))
    for part in parts:
        per.piece(part)
    return per.data()
