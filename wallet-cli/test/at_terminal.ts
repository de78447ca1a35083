import { PassThrough } from 'node:stream'
import { runVerbs } from '@symbolon/command-line'
import { vi } from 'vitest'
import { VERBS } from '../src/commands/index.ts'
import { explain } from '../src/explain.ts'
import type { Person } from './fixture.ts'

/** Runs a command with a person at the terminal, who types each answer when its question appears. */
export async function atTerminal(argv: string[], answers: Record<string, string> | [question: string, answer: string][]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const stderr = Object.assign(new PassThrough(), { isTTY: true })
  const stdout = new PassThrough()
  const seen = { stdout: '', stderr: '' }
  const open = Array.isArray(answers) ? [...answers] : Object.entries(answers)
  stdout.setEncoding('utf8').on('data', (text) => {
    seen.stdout += text
  })
  stderr.setEncoding('utf8').on('data', (text) => {
    seen.stderr += text
    const index = open.findIndex(([question]) => text.includes(question))
    if (index >= 0) for (const [, answer] of open.splice(index, 1)) setImmediate(() => stdin.write(`${answer}\n`))
  })
  const code = await runVerbs({ program: 'symbolon-wallet', summary: '', verbs: VERBS, argv, stdin, stdout, stderr, explain })
  await new Promise((resolve) => setImmediate(resolve))
  return { code, ...seen }
}

/** The same person whose commands run in this process, many times faster: for what differs in what is answered, not in how a program is started. */
export function here(person: Person): Person {
  const wallet: Person['wallet'] = async (argv, input = '') => {
    for (const [name, value] of Object.entries(person.environment)) vi.stubEnv(name, value)
    const stdin = Object.assign(new PassThrough(), { isTTY: false })
    stdin.end(input)
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const seen = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      ({ stdout, stderr })[name].setEncoding('utf8').on('data', (text) => {
        seen[name] += text
      })
    const code = await runVerbs({ program: 'symbolon-wallet', summary: '', verbs: VERBS, argv: [...argv], stdin, stdout, stderr, explain })
    await new Promise((resolve) => setImmediate(resolve))
    return { code, ...seen }
  }
  return {
    ...person,
    wallet,
    async json(argv, code = 0, input = '') {
      const outcome = await wallet([...argv, '--json'], input)
      if (outcome.code !== code) throw new Error(`exit ${outcome.code}: ${outcome.stderr}${outcome.stdout}`)
      return JSON.parse(outcome.stdout)
    },
  }
}
