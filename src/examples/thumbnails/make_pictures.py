"""Draws the pictures of this example, the same at every run: python3 make_pictures.py pictures"""
import math
import pathlib
import struct
import sys
import zlib


def rings(x, y):
    wave = math.sin(math.hypot(x - 0.5, y - 0.5) * 40)
    return (int(127 + 120 * wave) // 16 * 16, 80, 160)


def sunset(x, y):
    sun = math.hypot(x - 0.5, y - 0.6) < 0.15
    return (255, 220, 90) if sun else (int(60 + 180 * y), int(40 + 90 * y), int(140 - 90 * y))


def board(x, y):
    return (240, 230, 210) if (int(x * 8) + int(y * 8)) % 2 else (90, 60, 40)


def stripes(x, y):
    return ((200, 40, 60), (245, 245, 245), (40, 70, 160))[int((x + y) * 12) % 3]


def hills(x, y):
    for i, colour in enumerate(((40, 90, 60), (60, 120, 80), (90, 150, 110))):
        if y > 0.8 - 0.15 * i + 0.06 * math.sin(x * (9 - 2 * i) + i * 2):
            return colour
    return (170, 205, 235)


def petals(x, y):
    angle, radius = math.atan2(y - 0.5, x - 0.5), math.hypot(x - 0.5, y - 0.5)
    return (230, 90, 130) if radius < 0.22 + 0.2 * math.cos(6 * angle) else (25, 40, 30)


PICTURES = {
    "board": (board, 512, 512),
    "hills": (hills, 960, 320),
    "petals": (petals, 400, 400),
    "rings": (rings, 320, 240),
    "stripes": (stripes, 240, 480),
    "sunset": (sunset, 640, 480),
}


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(draw, width, height):
    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in draw(x / width, y / height))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


folder = pathlib.Path(sys.argv[1])
folder.mkdir(exist_ok=True)
for name, (draw, width, height) in PICTURES.items():
    (folder / f"{name}.png").write_bytes(png(draw, width, height))
