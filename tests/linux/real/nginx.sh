# nginx with two workers on loopback: files, ranges, errors, many requests at once, a reload, the end.
mkdir -p site/deep logs
seq 1 3000 > site/numbers
echo hello > site/index.html
echo "deep down" > site/deep/index.html
cat > nginx.conf <<END
worker_processes 2;
pid $PWD/pid;
error_log $PWD/logs/error;
user root;
events { worker_connections 256; }
http {
  access_log $PWD/logs/access combined buffer=4k flush=1s;
  client_body_temp_path $PWD/body; proxy_temp_path $PWD/proxy; fastcgi_temp_path $PWD/fast;
  uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
  sendfile on; tcp_nopush on; gzip on; gzip_min_length 100; gzip_types *;
  server { listen 127.0.0.1:8081; root $PWD/site; location /none { return 410 "gone\n"; } }
}
END
ask() {
  python3 -c '
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", 8081, timeout=20)
for argument in sys.argv[1:]:
    path, _, header = argument.partition(" ")
    connection.request("GET", path, headers=dict([header.split("=", 1)] if header else []))
    answer = connection.getresponse()
    body = answer.read()
    print(argument, answer.status, answer.getheader("Content-Type"), answer.getheader("Content-Range"), len(body), body[:20])
' "$@"
}
nginx -q -t -c "$PWD/nginx.conf" -e "$PWD/logs/first"; echo "checked $?"
nginx -c "$PWD/nginx.conf" -e "$PWD/logs/first"; echo "started $?"
ask / /numbers /deep/ '/numbers Range=bytes=10-19' '/numbers Range=bytes=99999-' /nothing /none '/numbers Accept-Encoding=gzip' /deep
ab -q -n 2000 -c 20 -k http://127.0.0.1:8081/numbers | grep -e 'Complete requests' -e 'Failed requests' -e 'Keep-Alive requests' -e 'Document Length'
ab -q -n 500 -c 10 http://127.0.0.1:8081/ | grep -e 'Complete requests' -e 'Failed requests'
sed -i 's/"gone/"gone for good/' nginx.conf
nginx -c "$PWD/nginx.conf" -e "$PWD/logs/first" -s reload; echo "reloaded $?"
for try in $(seq 200); do ask /none | grep -q 'for good' && break; sleep 0.05; done
ask /none
nginx -c "$PWD/nginx.conf" -e "$PWD/logs/first" -s quit; echo "told to end $?"
for try in $(seq 200); do [ -e pid ] || break; sleep 0.05; done
ls
grep -c numbers logs/access
grep -e emerg -e crit -e alert logs/error
echo end
