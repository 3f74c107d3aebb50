/**
 * Names that a cached step sees without being asked, whose values are the same in every session of a user on a machine. One that
 * a program asks for by name is held in the entry: what comes out may show it. `*` stands for any text.
 */
export const settledNames = names(`
  HOME USER LOGNAME DISPLAY XDG_RUNTIME_DIR
  PNPM_HOME NPM_CONFIG_STORE_DIR
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) APPDATA LOCALAPPDATA
  USERPROFILE USERNAME HOMEDRIVE HOMEPATH NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE
`);

/**
 * Passed as well, and never held, whoever asks: the next terminal, editor window or build shell has another value. What PATH
 * leads to counts by the programs that are executed. `REPRISE_*`: a runner inside a task is told the same as this one.
 */
const sessionNames = names(`
  PATH SHELL TMPDIR TMP TEMP
  XAUTHORITY DBUS_SESSION_BUS_ADDRESS VSCODE_* JB_IDE_*
  REPRISE_*
`);

export const passedNames = [...settledNames, ...sessionNames];

/**
 * Names that are passed too, but change results and stay the same from run to run: an entry holds their values. What differs in
 * each run of a CI service (`GITHUB_*`, `RUNNER_*`, the rest of `VERCEL_*`, tokens) is passed only to a task that lists it.
 */
export const ambientNames = names(`
  CI TZ LANG LANGUAGE LC_*
  NODE_OPTIONS COREPACK_* ELECTRON_RUN_AS_NODE PLAYWRIGHT_*
  LD_PRELOAD LD_LIBRARY_PATH DYLD_* LIBPATH
  NEXT_* NOW_BUILDER VERCEL VERCEL_ENV VERCEL_TARGET_ENV VERCEL_REGION
  DOCKER_* BUILDKIT_* COMPOSE_*
`);

/** Names that a shell or this runner gives to each process of its own accord: nothing depends on them, even if a tool asks. */
export const processNames = names(`OLDPWD PWD SHLVL _ REPRISE_IPC REPRISE_IPC_TOKEN REPRISE_STEPS VP_RUN_NODE_CLIENT_PATH`);

/**
 * Names that a surrounding program sets for purposes of its own and that tools look for as a matter of course: which terminal,
 * which CI service, which editor, which package manager. That a task is not given them is worth no word.
 */
export const quietNames = names(`
  OLDPWD PWD SHLVL _ HOSTNAME HOSTTYPE MACHTYPE OSTYPE BASH* ZSH*
  TERM TERM_* TERMINFO* COLORTERM COLORFGBG COLUMNS LINES NO_COLOR FORCE_COLOR CLICOLOR* FORCE_TTY NODE_DISABLE_COLORS
  TMUX* STY WT_SESSION WT_PROFILE_ID ConEmu* KITTY_* ITERM_* ALACRITTY_* WEZTERM_* KONSOLE_* GNOME_TERMINAL_* VTE_VERSION WINDOWID
  TERMINAL_EMULATOR EDITOR VISUAL PAGER MANPAGER LESS* LS_COLORS BROWSER
  XDG_* DESKTOP_SESSION GDMSESSION WAYLAND_DISPLAY GTK_* QT_* SSH_* GPG_* WSL* MAIL
  GIT_* npm_* NPM_* PNPM_* YARN_* BERRY_* BUN_* INIT_CWD PROJECT_CWD NODE NVM_* FNM_* VOLTA_*
  NODE_DEBUG NODE_DEBUG_NATIVE NODE_PENDING_DEPRECATION NODE_PRESERVE_SYMLINKS NODE_PRESERVE_SYMLINKS_MAIN NODE_REDIRECT_WARNINGS
  NODE_ICU_DATA NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA NODE_USE_ENV_PROXY NODE_V8_COVERAGE NODE_NO_WARNINGS NODE_COMPILE_CACHE
  NODE_CHANNEL_* NODE_UNIQUE_ID NODE_PATH WATCH_REPORT_DEPENDENCIES OPENSSL_* SSL_CERT_* ICU_* SIMDUTF_* UV_*
  GITHUB_* !GITHUB_TOKEN RUNNER_* ACTIONS_* INPUT_* GITEA_ACTIONS GITLAB_* CI_* CONTINUOUS_INTEGRATION BUILD_* JOB_* RUN_ID TASK_ID
  JENKINS_* HUDSON_* CIRCLE* TRAVIS* BUILDKITE* APPVEYOR* TEAMCITY_* TF_BUILD SYSTEM_* AGENT_* BITBUCKET_* CODEBUILD_* DRONE*
  SEMAPHORE* CIRRUS_* CF_BUILD_ID CF_PAGES WORKERS_CI NETLIFY NETLIFY_LOCAL RENDER SHIPPABLE VELA SCREWDRIVER PROW_JOB_ID K_SERVICE
  CLOUD_RUN_JOB HARNESS_* EAS_BUILD STACKBLITZ CODESANDBOX_* REPL_ID CODESPACES RAILWAY_* DENO_DEPLOY*
  RUST_BACKTRACE RUST_LIB_BACKTRACE
  AI_AGENT CLAUDE* GEMINI_CLI CODEX_* OPENCODE* AUGMENT_AGENT GOOSE_* JUNIE_* COPILOT_* CURSOR_* PI_CODING_AGENT
`);

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
