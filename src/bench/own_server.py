"""What one would write oneself: http.server, a ProcessPoolExecutor behind it, hand-made chunks.

Argument: the port.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import tasks


class Map(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet
    pool = None

    def do_POST(self):
        task = getattr(tasks, parse_qs(urlsplit(self.path).query)["task"][0])
        inputs = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["inputs"]
        chunk = 1000 if task is tasks.square else max(1, len(inputs) // 50)
        body = json.dumps(list(self.pool.map(task, inputs, chunksize=chunk))).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # clients that connect at once


if __name__ == "__main__":
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        pool.submit(int).result()  # forks the workers before there are threads
        Map.pool = pool
        Server(("127.0.0.1", int(sys.argv[1])), Map).serve_forever()
