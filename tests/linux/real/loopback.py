# Python: sockets, selectors, asyncio and multiprocessing over loopback.
import asyncio
import multiprocessing
import os
import selectors
import socket
import socketserver
import struct
import threading

# A TCP server with a thread for each connection
class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())


server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Upper)
threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
for word in ("one", "two"):
    with socket.create_connection(server.server_address) as connection:
        connection.sendall((word + "\n").encode() * 3)
        connection.shutdown(socket.SHUT_WR)
        print(connection.makefile().read().split())
server.shutdown()
server.server_close()
try:
    socket.create_connection(server.server_address)
except ConnectionRefusedError as error:
    print("refused", error.errno)

# Unix sockets, descriptors passed over them
left, right = socket.socketpair()
r, w = os.pipe()
socket.send_fds(left, [b"take this"], [w])
message, fds, _, _ = socket.recv_fds(right, 100, 1)
os.write(fds[0], b"through a passed pipe")
print(message, os.read(r, 100))
print(struct.unpack("3i", left.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0] == os.getpid())
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind("socket")
    listener.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect("socket")
    accepted, _ = listener.accept()
    accepted.sendall(b"hello")
    print(client.recv(10), oct(os.stat("socket").st_mode))

# UDP, and a selector over several
a, b = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
a.bind(("127.0.0.1", 0))
b.sendto(b"datagram", a.getsockname())
with selectors.DefaultSelector() as selector:
    selector.register(a, selectors.EVENT_READ)
    selector.register(right, selectors.EVENT_READ)
    print(type(selector).__name__, len(selector.select(5)), a.recv(100))
    left.send(b"x")
    print([key.fileobj is right for key, _ in selector.select(5)])
print(socket.getaddrinfo("localhost", 80, socket.AF_INET, socket.SOCK_STREAM)[0][4])


# asyncio: streams, subprocesses, timeouts
async def echo(reader, writer):
    while data := await reader.readline():
        writer.write(b"echo " + data)
        await writer.drain()
    writer.close()


async def talk(port, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(3):
        writer.write(f"{number}.{i}\n".encode())
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer.decode().split("\n")[:-1]


async def everything():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for answers in await asyncio.gather(*(talk(port, number) for number in range(5))):
        print(answers)
    server.close()
    process = await asyncio.create_subprocess_shell("tr a-z A-Z; exit 4", stdin=-1, stdout=-1)
    print(await process.communicate(b"shouted\n"), process.returncode)
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    queue = asyncio.Queue(2)

    async def produce():
        for i in range(5):
            await queue.put(i)

    producer = asyncio.create_task(produce())
    print([await queue.get() for _ in range(5)])
    await producer
    print(await asyncio.to_thread(sum, range(1000)))


asyncio.run(everything())


# multiprocessing: pools, queues, shared memory
def square(n):
    return n * n


context = multiprocessing.get_context("fork")
with context.Pool(3) as pool:
    print(pool.map(square, range(10)))
queue = context.Queue()
process = context.Process(target=queue.put, args=(["from", "a", "process"],))
process.start()
print(queue.get(timeout=20))
process.join()
value = context.Value("i", 0)


def bump():
    for _ in range(500):
        with value.get_lock():
            value.value += 1


processes = [context.Process(target=bump) for _ in range(4)]
[p.start() for p in processes]
[p.join() for p in processes]
print(value.value, [p.exitcode for p in processes])
