#!/usr/bin/env bash
# Makes this machine ready for a worker: installs the tools and Python packages that are missing,
# and checks logins, the way to the models repository, and the accelerator's Python package.
#
#   scripts/bootstrap_machine.sh           installs what it can, then reports
#   scripts/bootstrap_machine.sh --check   only reports; changes nothing
#
# Safe to run again: what is there is left alone. Ends with 1 when something is missing, and says
# what to do about each. Installing uses apt-get (as root or with sudo), npm and pip. Which models
# repository it is, YT_OWNER and YT_REPO_MODELS say, as to a worker.
set -uo pipefail

readonly CODEX='@openai/codex'
problems=0
check_only=''

main() {
    case "${1:-}" in
        '') ;;
        --check) check_only=yes ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac

    tool git git
    tool gh gh
    tool python3 python3 python3-venv python3-pip
    python_package codexapi codexapi
    python_package pytest pytest
    python_package torch torch
    python_package transformers transformers
    hub_client
    codex
    tt_smi
    althing
    login
    codex_login
    models_repository
    ttnn
    hub_token

    if ((problems > 0)); then
        echo "not ready: $problems of the above to mend; then run this again"
        exit 1
    fi
    echo 'ready for a worker'
}

usage() {
    echo 'usage: bootstrap_machine.sh [--check]'
}

# --- Tools ------------------------------------------------------------------------------------

# A program and the Debian packages that bring it.
tool() {
    local name=$1
    shift
    if ! there "$name" && installing; then
        apt_install "$name" "$@"
    fi
    if there "$name"; then
        ok "$name"
    else
        missing "$name" "install it: sudo apt-get install $*"
    fi
}

# The coding agent.
codex() {
    local name=${CODEX_BIN:-codex}
    if ! there "$name" && installing; then
        there npm || apt_install npm npm
        if there npm; then
            quietly npm install --global "$CODEX"
        fi
    fi
    if there "$name"; then
        ok "$name"
    elif [[ "$name" == codex ]]; then
        missing codex "install it: npm install --global $CODEX; then log in: codex login"
    else
        missing "$name" 'CODEX_BIN names a program that is not there; correct it, or unset it to use codex'
    fi
}

# Downloads weights. Its older name will do.
hub_client() {
    if ! there hf && ! there huggingface-cli && installing; then
        pip_install huggingface_hub
    fi
    if there hf; then
        ok hf
    elif there huggingface-cli; then
        ok huggingface-cli
    else
        missing hf 'install it: python3 -m pip install huggingface_hub'
    fi
}

# Resets the accelerator. Whether it sees one is part of being there.
tt_smi() {
    if ! there tt-smi && installing; then
        pip_install tt-smi
    fi
    if ! there tt-smi; then
        missing tt-smi 'install it: python3 -m pip install tt-smi (https://github.com/tenstorrent/tt-smi)'
    elif quietly timeout 60 tt-smi -ls; then
        ok tt-smi
    else
        wrong 'tt-smi does not answer' 'install the driver (https://github.com/tenstorrent/tt-kmd), and look at: tt-smi -ls'
    fi
}

# Drives the worker.
althing() {
    if there althing; then
        ok althing
    else
        missing althing 'build it from its repository: cargo install --locked --path crates/althing'
    fi
}

# A package that a worker's Python must find.
python_package() {
    local module=$1 package=$2
    [[ -n "$(python)" ]] || return 0
    if ! imports "$module" && installing; then
        pip_install "$package"
    fi
    if imports "$module"; then
        ok "python package $package"
    else
        missing "python package $package" "install it: python3 -m pip install $package; where the system's Python refuses, first: python3 -m venv ~/worker && . ~/worker/bin/activate"
    fi
}

# --- Logins and the accelerator ---------------------------------------------------------------

# Newer versions of gh end with 0 although a token of the environment does not work. Tokens that
# know no scopes are shown without a list of them.
login() {
    there gh || return 0
    local said
    if ! said=$(gh auth status 2>&1) || [[ "$said" == *'Failed to log in'* ]]; then
        wrong 'gh is not logged in' 'run: gh auth login -s project'
        return
    fi
    ok 'gh auth status'
    local scopes
    scopes=$(grep 'Token scopes:' <<<"$said")
    [[ -n "$scopes" ]] || return 0
    has_scope repo "$scopes"
    has_scope project "$scopes"
}

has_scope() {
    if [[ "$2 " =~ [\'\ ]$1[\',[:space:]] ]]; then
        ok "scope $1"
    else
        wrong "the login of gh lacks the scope $1" "run: gh auth refresh -s $1"
    fi
}

# A key in the environment serves codex without a login. To log in takes a person.
codex_login() {
    local name=${CODEX_BIN:-codex}
    there "$name" || return 0
    if [[ -n "${CODEX_API_KEY:-}" ]]; then
        ok CODEX_API_KEY
    elif timeout 60 "$name" login status >/dev/null 2>&1 </dev/null; then
        ok "$name login status"
    else
        wrong "$name is not logged in" "run: $name login; or set CODEX_API_KEY"
    fi
}

# Workers clone over ssh, and nobody is there to answer its questions.
models_repository() {
    there git || return 0
    if [[ -z "${YT_OWNER:-}${YT_REPO_MODELS:-}" ]]; then
        warning 'neither YT_OWNER nor YT_REPO_MODELS is set; whether the models repository can be cloned is not known' \
            'export what althing bringup setup prints, then run this again'
        return
    fi
    local host=${GH_HOST:-github.com}
    local repository="git@$host:${YT_OWNER:-yieldthought}/${YT_REPO_MODELS:-ttnn_models}.git"
    local ssh=${GIT_SSH_COMMAND:-$(git config core.sshCommand || echo ssh)}
    if quietly env GIT_TERMINAL_PROMPT=0 "GIT_SSH_COMMAND=$ssh -o BatchMode=yes" \
        timeout 60 git ls-remote "$repository" HEAD; then
        ok "$repository"
    else
        wrong "$repository cannot be read" "give this user a key that may write there (ssh-keygen; gh ssh-key add), accept the host's key (ssh -T git@$host), and look at: git ls-remote $repository"
    fi
}

ttnn() {
    local python version
    python=$(python)
    [[ -n "$python" ]] || return 0
    if version=$(timeout 300 "$python" -c 'import ttnn; print(ttnn.__version__)' 2>/dev/null) ||
        version=$(timeout 300 "$python" -c 'import ttnn; print("of unknown version")' 2>/dev/null); then
        ok "ttnn ${version##*$'\n'}"
    else
        wrong "$python cannot import ttnn" "install the TT-Metalium Python package for this machine (https://docs.tenstorrent.com), and look at: $python -c 'import ttnn'"
    fi
}

# Public models need none.
hub_token() {
    if [[ -n "${HF_TOKEN:-}" ]]; then
        ok HF_TOKEN
    else
        warning 'HF_TOKEN is not set; gated models cannot be downloaded' \
            'make a token at https://huggingface.co/settings/tokens, then: export HF_TOKEN=...'
    fi
}

# --- How --------------------------------------------------------------------------------------

there() {
    type -P "$1" >/dev/null
}

# The Python that the checks of a bring-up run with.
python() {
    type -P python || type -P python3
}

imports() {
    "$(python)" -c "import $1" 2>/dev/null
}

installing() {
    [[ -z "$check_only" ]]
}

apt_install() {
    local what=$1
    shift
    there apt-get || return 0
    echo "installing $what"
    as_root apt-get update
    as_root apt-get install --yes --no-install-recommends "$@"
}

as_root() {
    if ((EUID == 0)); then
        quietly env DEBIAN_FRONTEND=noninteractive "$@"
    elif there sudo; then
        quietly sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

pip_install() {
    [[ -n "$(python)" ]] || return 0
    echo "installing $1"
    quietly "$(python)" -m pip install "$1"
    hash -r
}

# Runs a command and shows what it said only if it failed, with the way to see it again.
quietly() {
    local said status
    said=$("$@" 2>&1 </dev/null)
    status=$?
    if ((status != 0)); then
        echo "failed with $status: $*" >&2
        tail -n 20 <<<"$said" >&2
    fi
    return "$status"
}

ok() {
    echo "ok: $1"
}

missing() {
    wrong "$1 is missing" "$2"
}

warning() {
    echo "warning: $1"
    echo "         $2"
}

wrong() {
    problems=$((problems + 1))
    echo "problem: $1"
    echo "         $2"
}

main "$@"
