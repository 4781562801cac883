# Steps of a check, each with its time; all are run, then the failed ones are named. Sourced.

failed=()

step() {
    local name=$1 started=$SECONDS
    shift
    say "$name"
    if "$@"; then
        say "$name: fine ($((SECONDS - started)) s)"
    else
        say "$name: FAILED ($((SECONDS - started)) s)"
        failed+=("$name")
    fi
}

quick_steps() {
    step 'lint' "$venv/bin/ruff" check .
    step 'format' "$venv/bin/ruff" format --check .
    step 'types' "$venv/bin/mypy" -p itsm_sync -p sandbox
    step 'import contracts' "$venv/bin/lint-imports"
    step 'security rules' "$venv/bin/bandit" -q -c pyproject.toml -r itsm_sync
    # samples hold made-up secrets, places in /tmp and chance; asserts guard what only a person runs
    step 'security rules of the scripts' "$venv/bin/bandit" -q -c pyproject.toml -r scripts \
        -s B101,B105,B108,B311,B404,B603,B607
    local configuration
    for configuration in config config/examples/*; do
        step "the cases of $configuration" "$venv/bin/itsm-sync" --config "$configuration" rules test
        step "the lint of $configuration" "$venv/bin/itsm-sync" --config "$configuration" rules lint
    done
}

finish() {
    if [ ${#failed[@]} -gt 0 ]; then
        say "failed: $(printf '%s; ' "${failed[@]}")"
        exit 1
    fi
    say "all fine ($SECONDS s)"
}
