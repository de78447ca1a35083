import { listen } from '@symbolon/service'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ebsiSettings } from '../src/mechanisms.ts'
import { runHere } from './run.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the network of EBSI that counts', () => {
  test.each([
    [undefined, 'production', 'https://api.ebsi.eu'],
    ['', 'production', 'https://api.ebsi.eu'],
    ['pilot', 'pilot', 'https://api-pilot.ebsi.eu'],
    ['double=http://127.0.0.1:8090', 'double', 'http://127.0.0.1:8090'],
  ])('with the setting %j is %s alone', (setting, network, root) => {
    expect(ebsiSettings(setting === undefined ? {} : { SYMBOLON_EBSI_REGISTRIES: setting }).registries).toEqual([{ network, root }])
  })

  test('is one: two are a wrong setting', () => {
    expect(() => ebsiSettings({ SYMBOLON_EBSI_REGISTRIES: 'production pilot' })).toThrow(/must be one network/)
    expect(() => ebsiSettings({ SYMBOLON_EBSI_REGISTRIES: 'pilott' })).toThrow(
      /one of pilot, conformance, test, production, or NETWORK=URL/,
    )
  })

  test('is the only one that records are fetched from', async () => {
    let asked = 0
    const server = await listen('127.0.0.1', 0)
    server.answerWith((_, response) => {
      asked += 1
      response.writeHead(404).end()
    })
    const origin = `http://127.0.0.1:${server.port}`
    try {
      for (const setting of ['', 'pilot', 'test=http://127.0.0.1:9', `test=${origin}/other`]) {
        vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', setting)
        const ran = await runHere([
          ...['bundle', 'fetch', '--ebsi', `${origin}/`, '--root', 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'],
          ...['--key', 'no-key.pem', '--out', 'no-bundle.json', '--home', '/nowhere'],
        ])
        expect.soft(ran.exit).toBe(64)
        expect.soft(ran.stderr).toContain(`${origin} is none of the registries that are used here (http`)
      }
      expect(asked).toBe(0)
    } finally {
      await server.close(100)
    }
  })
})
