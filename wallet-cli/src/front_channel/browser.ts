import { spawn } from 'node:child_process'

/** What opens an address in the browser a person uses, by platform; found on the PATH, never through a shell. */
const SYSTEM: { readonly [platform: string]: readonly [string, ...string[]] } = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Has an address opened by this program, else by the system's browser; answers whether it could be started. */
export function openBrowser(address: string, program?: string): Promise<boolean> {
  const [command, ...parameters] = program === undefined ? (SYSTEM[process.platform] ?? ['xdg-open']) : [program]
  return new Promise((resolve) => {
    const child = spawn(command, [...parameters, address], { stdio: 'ignore', detached: true, shell: false })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      // It may run longer than the wallet.
      child.unref()
      resolve(true)
    })
  })
}
