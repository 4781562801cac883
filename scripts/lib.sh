# Shared by the scripts: where things are, and the environment in .venv. Sourced, not run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
export PYTHONPATH=$root/scripts${PYTHONPATH:+:$PYTHONPATH}
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '==> %s\n' "$*" >&2; }

# Tells what its standard input does, and ends, where the arguments ask for it.
usage() {
    case "${1-}" in
    -h | --help) cat && exit 0 ;;
    esac
}

is_debian() { [ -e /etc/debian_version ] && command -v apt-get >/dev/null; }

# What sets reports as PDF, and a font with Korean for it and for charts.
report_packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-nanum)

# Installs the Debian packages that are missing, where we may; otherwise leaves it to who needs them.
debian_packages() {
    is_debian && [ "$(id -u)" = 0 ] || return 0
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "설치합니다 (apt-get, 1분까지) / installing (up to a minute): ${missing[*]}"
    local log
    log=$(mktemp)
    # Debian's Ruby brings a bundler that does not see Debian's gems: Redmine's set-up needs this one
    if ! { apt-get update -q && BUNDLER_VERSION=2.3.15 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        say "apt-get이 실패했습니다. 출력 전체 / apt-get failed; all it said: $log"
        return 1
    fi
    rm -f "$log"
}

# Whether this Python is new enough and can make environments.
fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python_for_venv() {
    local python
    for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if fits "$python"; then
            echo "$python"
            return
        fi
    done
    say "venv가 있는 Python 3.11 이상이 필요합니다(Debian 12: apt-get install python3-venv)." \
        "PYTHON=/path/to/python으로 지정할 수 있습니다"
    say "Python 3.11 or newer with venv is needed (Debian 12: apt-get install python3-venv);" \
        "PYTHON=/path/to/python names another"
    return 1
}

# Makes .venv, or brings it up to date: environment run | dev | bench. Quick where nothing changed.
environment() {
    local extras='' stamp
    [ "$1" = run ] || extras='[dev]'
    [ "$1" = bench ] && extras='[dev,bench]'
    exec 8<"$root" # one at a time makes it
    flock 8
    stamp="$(cd "$root" && cat pyproject.toml constraints.txt | sha256sum) $root"
    if [ "$(cat "$venv/.made-$1" 2>/dev/null)" != "$stamp" ]; then
        if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
            local python
            python=$(python_for_venv)
            say ".venv를 만듭니다 / making .venv ($("$python" --version))"
            "$python" -m venv --clear "$venv"
        fi
        say ".venv에 itsm-sync$extras를 설치합니다 / installing it into .venv"
        (cd "$root" && PIP_CONSTRAINT=constraints.txt \
            "$venv/bin/python" -m pip install -qq --no-input -c constraints.txt -e ".$extras")
        printf '%s\n' "$stamp" >"$venv/.made-$1"
    fi
    exec 8<&-
}
