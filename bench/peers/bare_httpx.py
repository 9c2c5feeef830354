"""Says ready requests again and again by httpx, one after another, and reads the answers.

Arguments: a JSON file of requests (method, url, body, status). A line is a number of rounds; what
is told back are the seconds that they took.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import httpx


async def main(calls: list[tuple[str, str, str, int]]) -> None:
    headers = {"token": "A" * 36, "Content-Type": "application/json; charset=utf-8"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        for line in sys.stdin:
            begun = time.perf_counter()
            for _round in range(int(line)):
                for method, url, body, status in calls:
                    answer = await client.request(method, url, content=body.encode() or None)
                    assert answer.status_code == status
                    json.loads(answer.content)
            print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
