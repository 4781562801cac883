# Steps of a check, each with its time; all are run, then the failed ones are named. Sourced.

failed=()

step() {
    local name=$1 started=$SECONDS
    shift
    say "$name"
    if "$@"; then
        say "$name: 통과 / fine ($((SECONDS - started)) s)"
    else
        say "$name: 실패 / FAILED ($((SECONDS - started)) s)"
        failed+=("$name")
    fi
}

quick_steps() {
    step '린트 / lint' "$venv/bin/ruff" check .
    step '서식 / format' "$venv/bin/ruff" format --check .
    step '형 / types' "$venv/bin/mypy" -p itsm_sync -p sandbox
    step '가져오기 규약 / import contracts' "$venv/bin/lint-imports"
    step '보안 규칙 / security rules' "$venv/bin/bandit" -q -c pyproject.toml -r itsm_sync
    # samples hold made-up secrets, places in /tmp and chance; asserts guard what only a person runs
    step '스크립트의 보안 규칙 / security rules of the scripts' "$venv/bin/bandit" -q -c pyproject.toml -r scripts \
        -s B101,B105,B108,B311,B404,B603,B607
    local configuration
    for configuration in config config/examples/*; do
        step "규칙의 예 / the cases of $configuration" "$venv/bin/itsm-sync" --config "$configuration" rules test
        step "규칙 점검 / the lint of $configuration" "$venv/bin/itsm-sync" --config "$configuration" rules lint
    done
}

finish() {
    if [ ${#failed[@]} -gt 0 ]; then
        say "실패 / failed: $(printf '%s; ' "${failed[@]}")"
        exit 1
    fi
    say "모두 통과 / all fine ($SECONDS s)"
}
