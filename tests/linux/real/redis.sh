# redis: a server on loopback, its client, pipelines, persistence.
mkdir -p data
redis-server --port 6380 --bind 127.0.0.1 --dir "$PWD/data" --save '' --appendonly yes --daemonize yes \
  --logfile "$PWD/log" --pidfile "$PWD/pid" > /dev/null
ask() { redis-cli -p 6380 "$@"; }
tries=0; until ask ping > /dev/null 2>&1 || [ $tries -ge 200 ]; do tries=$((tries + 1)); sleep 0.05; done
ask ping
ask set greeting hello
ask append greeting ' world' && ask get greeting
for i in 1 2 3 4 5; do ask rpush list "item $i" > /dev/null; done
ask lrange list 0 -1
ask incrby counter 41 && ask incr counter
ask hset hash one 1 two 2 && ask hgetall hash
ask zadd sorted 3 c 1 a 2 b && ask zrange sorted 0 -1 withscores
seq 1 2000 | sed 's/.*/set key& value&/' | ask --pipe | tail -n 1
ask dbsize
ask get key1234
ask eval 'return redis.call("get", KEYS[1]) .. ARGV[1]' 1 key77 ' from lua'
ask expire greeting 100 && ask persist greeting
ask lpush list 2>&1
redis-benchmark -p 6380 -n 2000 -c 10 -q -t ping,set,get 2> /dev/null | tr '\r' '\n' | grep -c 'requests per second'
server=$(cat pid)
ask shutdown nosave
while kill -0 "$server" 2> /dev/null; do sleep 0.02; done
redis-server --port 6380 --bind 127.0.0.1 --dir "$PWD/data" --appendonly yes --daemonize yes --logfile "$PWD/log" > /dev/null
tries=0; until [ "$(ask ping 2> /dev/null)" = PONG ] || [ $tries -ge 200 ]; do tries=$((tries + 1)); sleep 0.05; done
ask get key2000 && ask dbsize && ask shutdown nosave; echo "status $?"
