import { unpackCode } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { atTerminal, here } from './at_terminal.ts'
import { type Person, person, realIssuer } from './fixture.ts'

// The minutes between two codes pass at once.
vi.mock('node:timers/promises', async (original) => ({ ...(await original<object>()), setTimeout: async () => undefined }))

let issuer: Awaited<ReturnType<typeof realIssuer>>
let citizen: Person
let id: string
beforeAll(async () => {
  issuer = await realIssuer()
  citizen = here(person({ SYMBOLON_TRUST: issuer.trustFile }))
  await citizen.wallet(['init'])
  const { uri } = await issuer.offer('ehic')
  const { credentials } = await citizen.json<{ credentials: { id: string }[] }>(['receive', '-', '--yes', '--copies', '2'], 0, uri)
  id = credentials[0]?.id ?? ''
})
afterAll(() => issuer.close())

describe('a code on a terminal', () => {
  it('changes ten times and is of one copy; what is left over is the last one', { timeout: 60_000 }, async () => {
    for (const [name, value] of Object.entries(citizen.environment)) vi.stubEnv(name, value)
    const { code, stdout, stderr } = await atTerminal(['code', id, '--show', 'document_number'], {})
    expect(code).toBe(0)
    const screens = stderr.split('Ctrl-C ends it.').slice(0, -1)
    expect(screens).toHaveLength(10)
    expect(new Set(screens).size).toBe(10)
    const presented = await unpackCode(stdout.trimEnd(), primitives)
    const binding = JSON.parse(Buffer.from(presented.split('~').at(-1)?.split('.')[1] ?? '', 'base64url').toString())
    expect(binding).toMatchObject({ aud: 'urn:symbolon:show', nonce: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/) })
    const { credentials } = await citizen.json<{ credentials: { id: string; shown: number }[] }>(['list'])
    expect(credentials.map(({ shown }) => shown)).toEqual([1])
  })

  it('is drawn once when that is wished', async () => {
    const { stderr } = await atTerminal(['code', id, '--show', 'document_number', '--once'], {})
    expect(stderr).not.toContain('Ctrl-C')
    expect(stderr).toContain('\u2588')
  })
})
