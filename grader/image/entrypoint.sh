#!/bin/sh
# Starts MySQL as the official image does, and honours its variables at the first start:
#   MYSQL_ROOT_PASSWORD | MYSQL_ALLOW_EMPTY_PASSWORD | MYSQL_RANDOM_ROOT_PASSWORD   one is needed
#   MYSQL_ROOT_HOST (default %), MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD
# Each can also be given as NAME_FILE, the path of a file that holds the value.
set -eu

data=/var/lib/mysql
prepared=/usr/share/mysql-prepared
run=/var/run/mysqld

say() { echo "[entrypoint] $*" >&2; }
put() { printf '%s\n' "$*"; } # echo would read backslashes
die() { say "$*"; exit 1; }

# Part of the build: users, folders, and an initialised data directory.
prepare() {
  echo 'root:x:0:0:root:/root:/bin/sh' >/etc/passwd
  echo 'mysql:x:999:999:MySQL:/var/lib/mysql:/bin/false' >>/etc/passwd
  printf 'root:x:0:\nmysql:x:999:\n' >/etc/group
  mkdir -p "$data" /var/lib/mysql-files "$run" /tmp
  chmod 1777 /tmp
  mysqld --no-defaults --initialize-insecure --user=root --datadir="$prepared" \
    --innodb-redo-log-capacity=8M --skip-log-bin --innodb-flush-method=nosync
  rm -f "$prepared/auto.cnf" # the server's identity: every container makes its own
  chmod 750 "$data" /var/lib/mysql-files
  chown -R mysql:mysql "$prepared" "$data" /var/lib/mysql-files "$run"
}

# value NAME: the value of $NAME, or what the file named by $NAME_FILE holds.
value() {
  eval "direct=\${$1:-} file=\${$1_FILE:-}"
  [ -z "$direct" ] || [ -z "$file" ] || die "set $1 or $1_FILE, not both"
  if [ -n "$file" ]; then cat "$file"; else printf '%s' "$direct"; fi
}

# The text as a MySQL string, and as a MySQL name.
text() { printf "'"; printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e "s/'/''/g"; printf "'"; }
name() { printf '`'; printf '%s' "$1" | sed -e 's/`/``/g'; printf '`'; }

# The statements of a first start. mysqld runs them before it takes a connection.
first_statements() {
  root=$(value MYSQL_ROOT_PASSWORD)
  database=$(value MYSQL_DATABASE)
  user=$(value MYSQL_USER)
  password=$(value MYSQL_PASSWORD)
  if [ -n "${MYSQL_RANDOM_ROOT_PASSWORD:-}" ]; then
    root=$(head -c 24 /dev/urandom | base64)
    say "GENERATED ROOT PASSWORD: $root"
  fi
  [ -n "$root" ] || [ -n "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ] ||
    die 'set MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD or MYSQL_RANDOM_ROOT_PASSWORD'
  [ "$user" != root ] || die 'MYSQL_USER cannot be root: root is made with MYSQL_ROOT_PASSWORD'
  [ -z "$user" ] || [ -n "$password" ] || die 'MYSQL_USER needs MYSQL_PASSWORD'
  host=$(value MYSQL_ROOT_HOST)
  host=${host:-%}

  put "ALTER USER 'root'@'localhost' IDENTIFIED BY $(text "$root");"
  if [ "$host" != localhost ]; then
    put "CREATE USER 'root'@$(text "$host") IDENTIFIED BY $(text "$root");"
    put "GRANT ALL ON *.* TO 'root'@$(text "$host") WITH GRANT OPTION;"
  fi
  [ -z "$database" ] || put "CREATE DATABASE IF NOT EXISTS $(name "$database");"
  if [ -n "$user" ]; then
    put "CREATE USER $(text "$user")@'%' IDENTIFIED BY $(text "$password");"
    # In a GRANT, _ and % in a database's name are wildcards unless escaped.
    [ -z "$database" ] || put "GRANT ALL ON $(name "$database" | sed 's/[_%]/\\&/g').* TO $(text "$user")@'%';"
  fi
}

start() {
  case "${1:-mysqld}" in
    -*) set -- mysqld "$@" ;;
    mysqld) ;;
    *) exec "$@" ;;
  esac
  if [ ! -d "$data/mysql" ]; then
    statements=$(first_statements) # apart, so that a wrong variable ends the start
    # Copied under another name first: a start that is cut short is not taken for a finished one.
    rm -rf "$data/.unfinished"
    mkdir "$data/.unfinished"
    cp -a --sparse=always "$prepared/." "$data/.unfinished/"
    mv "$data/.unfinished/mysql" "$data/.unfinished.mysql"
    for entry in "$data/.unfinished"/* ; do rm -rf "$data/${entry##*/}"; mv "$entry" "$data/"; done
    rm -rf "$data/.unfinished"
    (umask 077 && printf '%s\n' "$statements" >"$run/first.sql")
    mv "$data/.unfinished.mysql" "$data/mysql"
    set -- "$@" --init-file="$run/first.sql"
    if [ "$(id -u)" = 0 ]; then chown mysql:mysql "$data" "$run" "$run/first.sql"; fi
  fi
  if [ "$(id -u)" = 0 ]; then chown mysql:mysql "$data" "$run"; set -- "$@" --user=mysql; fi
  shift
  exec mysqld --no-defaults --datadir="$data" --socket="$run/mysqld.sock" --pid-file="$run/mysqld.pid" \
    --secure-file-priv=/var/lib/mysql-files --console "$@"
}

case "${1:-}" in
  prepare) prepare ;;
  *) start "$@" ;;
esac
