#!/usr/bin/env python3
"""The obvious way to read a -Y reply in Python, to compare the decoder with.

    GPFSH_QUOTA_REPLY=/tmp/quotas go test ./mmexec -run TestWriteQuotaReply
    python3 mmexec/testdata/decode.py /tmp/quotas
    go test ./mmexec -run '^$' -bench Decode
"""
import sys
import time
from urllib.parse import unquote


def decode(lines, decoded):
    header = None
    for line in lines:
        fields = line.rstrip("\n").split(":")
        if len(fields) < 3:
            continue
        if fields[2] == "HEADER":
            header = fields
            continue
        if decoded:
            fields = [unquote(f) if "%" in f else f for f in fields]
        yield dict(zip(header, fields))


def run(path, decoded, every):
    rows = usage = size = 0
    start = time.perf_counter()
    with open(path, encoding="utf-8") as f:
        for row in decode(f, decoded):
            if every:
                for value in row.values():
                    usage += len(value)
            else:
                usage += int(row["blockUsage"]) + len(row["name"]) + len(row["quotaType"])
            rows += 1
        size = f.tell() if not f.closed else 0
    return rows, usage, size, time.perf_counter() - start


def main():
    path = sys.argv[1]
    for name, decoded, every in (("three values, not decoded", False, False),
                                 ("three values", True, False), ("every value", True, True)):
        rows, _, size, took = min((run(path, decoded, every) for _ in range(3)), key=lambda r: r[3])
        print(f"{name}: {rows} rows, {took * 1e9 / rows:.0f} ns/row, {size / 1e6 / took:.1f} MB/s")


if __name__ == "__main__":
    main()
