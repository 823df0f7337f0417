# Python: files, processes, threads, signals, memory maps, pipes and select.
import hashlib
import json
import mmap
import os
import select
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import zlib

# Files
os.makedirs("py/sub", exist_ok=True)
with open("py/data", "wb") as f:
    f.write(bytes(range(256)) * 100)
print(os.path.getsize("py/data"), stat.filemode(os.stat("py/data").st_mode))
os.symlink("data", "py/link")
os.link("py/data", "py/hard")
print(sorted(os.listdir("py")), os.readlink("py/link"), os.stat("py/hard").st_nlink)
for call in (lambda: os.rmdir("py"), lambda: open("py/none"), lambda: os.mkdir("py"), lambda: os.listdir("py/data")):
    try:
        call()
    except OSError as error:
        print(type(error).__name__, error.errno)
with open("py/data", "r+b") as f, mmap.mmap(f.fileno(), 0) as mapped:
    mapped[:4] = b"head"
    print(mapped.find(b"head"), len(mapped), zlib.crc32(mapped))
print(hashlib.sha256(open("py/data", "rb").read()).hexdigest()[:16])
fd = os.open("py/sparse", os.O_RDWR | os.O_CREAT)
os.pwrite(fd, b"x", 1 << 20)
os.truncate(fd, 1 << 21)
print(os.lseek(fd, 0, os.SEEK_END), os.pread(fd, 2, (1 << 20) - 1))
os.close(fd)
with tempfile.TemporaryDirectory() as folder:
    print(os.path.isdir(folder))
print(os.path.exists(folder), [entry.name for entry in sorted(os.scandir("py"), key=lambda e: e.name)])

# Processes
print(subprocess.run(["sort", "-r"], input="a\nb\nc\n", text=True, capture_output=True).stdout.split())
print(subprocess.run("exit 5", shell=True).returncode)
print(subprocess.run([sys.executable, "-c", "import os; os.abort()"], stderr=subprocess.DEVNULL).returncode)
try:
    subprocess.run(["sleep", "60"], timeout=0.05)
except subprocess.TimeoutExpired:
    print("timeout")
try:
    subprocess.run(["/no/such/program"])
except FileNotFoundError as error:
    print(error.filename)
first = subprocess.Popen(["seq", "1000"], stdout=subprocess.PIPE)
second = subprocess.Popen(["wc", "-l"], stdin=first.stdout, stdout=subprocess.PIPE, text=True)
first.stdout.close()
print(second.communicate()[0].strip(), first.wait())
child = os.fork()
if child == 0:
    os._exit(42)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

# Threads
total, lock = 0, threading.Lock()


def add(times):
    global total
    for _ in range(times):
        with lock:
            total += 1


threads = [threading.Thread(target=add, args=(2000,)) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
event, results = threading.Event(), []
waiting = threading.Thread(target=lambda: results.append(event.wait(10)))
waiting.start()
event.set()
waiting.join()
barrier = threading.Barrier(4)
passed = []
threads = [threading.Thread(target=lambda: passed.append(barrier.wait(10))) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(total, results, sorted(passed), threading.active_count())

# Signals
caught = []
signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(number))
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGALRM, lambda number, frame: caught.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while signal.SIGALRM not in caught:
    signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2)
print(sorted(set(caught)), signal.sigwait([signal.SIGUSR2]), signal.sigpending())

# Pipes and select
r, w = os.pipe()
print(select.select([r], [w], [], 0)[0:2] == ([], [w]))
os.write(w, b"ready")
print(select.select([r], [], [], 1)[0] == [r], os.read(r, 10))
poll = select.poll()
poll.register(r, select.POLLIN)
os.close(w)
print([flags for _, flags in poll.poll(100)], os.read(r, 10))
print(json.dumps({"a": [1, 2.5, None]}, sort_keys=True), sys.exc_info()[0])
sys.exit(3)
