# Four functions for the pages under docs/start: read this file into your shell with `. examples/ask.sh`.
# $api is where the server answers (set it beforehand for another address); $token is who asks;
# $home is the folder of the server's state.
api=${api:-http://127.0.0.1:9000/api}
token=
home=${DQ0_HOME:-$HOME/.dq0}

# field NAME: one field of the JSON object on standard input.
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# ask PATH [CURL OPTIONS]: one request; with -d it is a POST.
ask() { curl -sS "$api/$1" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "${@:2}"; echo; }

# sign_in EMAIL PASSWORD: from here on this person asks.
sign_in() {
  token=$(curl -sS "$api/users/login" -H 'Content-Type: application/json' \
    -d "{\"email\": \"$1\", \"password\": \"$2\"}" | field token)
}

# ended JOB_UUID: wait until the job has ended, and show how.
ended() {
  until ask "jobs/$1" | grep -qE '"job_state": ?"(finished|error|cancelled)"'; do sleep 0.2; done
  ask "jobs/$1"
}
