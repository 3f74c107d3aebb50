/**
 * Names that a cached step sees without being asked, and whose values say where things are on this machine and in this session,
 * not what comes out. `*` stands for any text. `REPRISE_*`: a runner inside a task is told the same as this one.
 */
export const passedNames = names(`
  HOME USER LOGNAME PATH SHELL TMPDIR TMP TEMP
  DISPLAY XAUTHORITY XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS VSCODE_* JB_IDE_*
  PNPM_HOME NPM_CONFIG_STORE_DIR
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) APPDATA LOCALAPPDATA
  USERPROFILE USERNAME HOMEDRIVE HOMEPATH NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE
  REPRISE_*
`);

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

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
