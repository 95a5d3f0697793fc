#!/usr/bin/env bash
# Builds the server and the benchmark, runs it, prints a table; every figure is a line of JSON in bench/out.
#   bench/run.sh                      the quick run (a few minutes)
#   bench/run.sh full                 the long run, with a million tasks in the store
#   bench/run.sh quick --only push    some groups only; more options: bench/Tasklight.Bench/BenchOptions.cs
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
length=${1:-quick}
[ $# -gt 0 ] && shift
out=bench/out
mkdir -p "$out"

dotnet publish src/Tasklight.Server -c Release -o "$out/server" --nologo -v quiet
dotnet build bench/Tasklight.Bench -c Release --nologo -v quiet

ulimit -n "$(ulimit -Hn)"
echo "$(nproc) cores, $(awk '/MemTotal/{printf "%.0f GB", $2/1048576}' /proc/meminfo), Linux $(uname -r | cut -d- -f1), .NET $(dotnet --list-runtimes | awk '/Microsoft.NETCore.App/{v=$2}END{print v}')"
exec bench/Tasklight.Bench/bin/Release/net10.0/Tasklight.Bench "$length" --server "$out/server/Tasklight.Server" --out "$out" "$@"
