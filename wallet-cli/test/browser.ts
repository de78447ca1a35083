import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from './fixture.ts'
import type { Visitor } from './sign_in_pages.ts'

/** A program that opens an address as `signIn` does and goes back to the wallet: what `--browser` names. */
export function browserOf({ person, answer }: Visitor): string {
  const program = join(newFolder(), 'browser')
  const words = [process.execPath, new URL('browser_program.ts', import.meta.url).pathname].map((word) => `'${word}'`)
  writeFileSync(program, `#!/bin/sh\nexec ${words.join(' ')} "$1" ${person} ${answer}\n`)
  chmodSync(program, 0o755)
  return program
}
