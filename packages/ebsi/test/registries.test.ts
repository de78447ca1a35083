import { describe, expect, it } from 'vitest'
import { parseRegistries } from '../src/index.ts'

describe('the registries that are known', () => {
  it('are read with the name of their network, several with white space between them', () => {
    expect(parseRegistries(' pilot=https://api-pilot.ebsi.eu\n test=http://127.0.0.1:8090 ')).toEqual([
      { network: 'pilot', root: 'https://api-pilot.ebsi.eu' },
      { network: 'test', root: 'http://127.0.0.1:8090' },
    ])
  })
  it.each([
    '',
    'https://api-pilot.ebsi.eu',
    'pilot=https://api-pilot.ebsi.eu/',
    'pilot=ftp://x',
    'pilot=https://u@x',
    'Pilot=https://x',
    'a=https://x b',
  ])('%j is none', (text) => expect(parseRegistries(text)).toBeNull())
})
