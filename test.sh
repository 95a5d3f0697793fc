#!/usr/bin/env bash
# Builds once and runs every test. The last line is always "N passed, N failed, N skipped".
#   ./test.sh          everything that fits in a few minutes
#   ./test.sh --long   also the tests that take their time (TASKLIGHT_TEST_LONG=1)
set -euo pipefail
cd "$(dirname "$0")"

for argument in "$@"; do
  case "$argument" in
    --long) export TASKLIGHT_TEST_LONG=1 ;;
    *) echo "test.sh: unknown argument '$argument'; known: --long" >&2; exit 2 ;;
  esac
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# A system package that the tests need: Debian and Ubuntu as root install it, everybody else is told its name.
need() {
  local package=$1 what=$2
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "test.sh: installing $package ($what)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package"; } >/dev/null
  else
    echo "test.sh: $what is missing; install the package $package (Debian, Ubuntu) or its like" >&2
    exit 1
  fi
}

# grep reads to the end: a pipe that it closed early would be a failure of ldconfig, and the library missing.
has_library() { { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep "$1" >/dev/null; }

if ! command -v dotnet >/dev/null; then
  echo "test.sh: the .NET 10 SDK is missing (https://dot.net); 'dotnet' must be on the PATH" >&2
  exit 1
fi
if [ "$(uname -s)" = Linux ] && ! has_library libsqlite3.so.0; then
  need libsqlite3-0 "the system's SQLite"
fi

if [ -z "${TASKLIGHT_JSON_SCHEMA_SUITE:-}" ] && [ ! -d /usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance ]; then
  need libtest-json-schema-acceptance-perl "the official JSON Schema vectors (or a checkout of them that TASKLIGHT_JSON_SCHEMA_SUITE names)"
fi

if ! command -v node >/dev/null; then
  need nodejs "Node.js, for the doubles of model providers"
fi
if [ ! tests/npm/node_modules/.package-lock.json -nt tests/npm/package-lock.json ]; then
  command -v npm >/dev/null || need npm "npm, for the doubles of model providers"
  echo "test.sh: installing the programs of tests/npm"
  (cd tests/npm && npm ci --silent)
fi
# The doubles need zlib's crc32, which the Node.js of some distributions is too old to have.
if ! node -e 'process.exit(require("zlib").crc32 ? 0 : 1)'; then
  if [ ! -x tests/npm/newer/node_modules/node/bin/node ]; then
    echo "test.sh: installing a newer Node.js for the doubles ($(node --version) is too old) into tests/npm/newer"
    npm install --silent --no-save --prefix tests/npm/newer node@22
  fi
  PATH="$PWD/tests/npm/newer/node_modules/node/bin:$PATH"
fi

dotnet build Tasklight.slnx -c Release --nologo -v quiet

passed=0 failed=0 skipped=0
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT

# One attribute of the report's <assembly> element.
count() { sed -n "0,/<assembly /s/.*<assembly [^>]*\\b$2=\"\\([0-9]*\\)\".*/\\1/p" "$1" | head -n 1; }

for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  report="$reports/$name.xml"
  echo "== $name"
  code=0
  dotnet "tests/$name/bin/Release/net10.0/$name.dll" -xml "$report" -noLogo -noColor || code=$?
  if [ -s "$report" ] && [ -n "$(count "$report" passed)" ]; then
    passed=$((passed + $(count "$report" passed)))
    failed=$((failed + $(count "$report" failed) + $(count "$report" errors)))
    skipped=$((skipped + $(count "$report" skipped)))
    broken=$(( $(count "$report" failed) + $(count "$report" errors) ))
  else
    broken=0
  fi
  # A run that ends badly without naming a failed test (a crash, say) is a failure of its own.
  if [ "$code" != 0 ] && [ "$broken" = 0 ]; then
    echo "test.sh: $name ended with code $code without naming a failed test" >&2
    failed=$((failed + 1))
  fi
done

if [ "$((passed + failed))" = 0 ]; then
  echo "test.sh: no test ran" >&2
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
