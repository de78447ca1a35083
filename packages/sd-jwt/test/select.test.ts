import { type ClaimsPath, parseSdJwt, type Revealed, reveal, type SdJwt, select, serialize } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { castOf, issue } from './issued.ts'
import { SETS } from './sets.ts'

describe('selecting disclosures', () => {
  const [set] = SETS
  let sdJwt: SdJwt
  let revealed: Revealed
  beforeAll(async () => {
    if (set === undefined) throw new Error('no set of primitives')
    sdJwt = parseSdJwt(await issue(await castOf(set)))
    revealed = await reveal(sdJwt, set.primitives)
  })

  const show = async (paths: ClaimsPath[]) => {
    const selected = select(revealed, paths)
    if (set === undefined) throw new Error('no set of primitives')
    const { iss, iat, nbf, exp, cnf, ...claims } = (await reveal(parseSdJwt(serialize(sdJwt.jwt, selected)), set.primitives)).claims
    expect([iss, iat, nbf, exp, cnf]).not.toContain(undefined)
    // In the order of the SD-JWT.
    expect(selected).toEqual(sdJwt.disclosures.filter((one) => selected.includes(one)))
    return claims
  }
  const nothing = { statutes: [], nationalities: [] }

  it('nothing wanted, nothing shown', async () => {
    expect(await show([])).toEqual(nothing)
  })

  it('what stands there in clear needs no disclosure', async () => {
    expect(await show([['iss'], ['cnf', 'jwk', 'kty']])).toEqual(nothing)
  })

  it('one claim', async () => {
    expect(await show([['given_name']])).toEqual({ ...nothing, given_name: 'Zoë' })
  })

  it('a nested claim brings what it is hidden in, and nothing beside it', async () => {
    expect(await show([['address', 'street']])).toEqual({ ...nothing, address: { street: 'Dorpsstraat 12', country: 'BE' } })
  })

  it('a claim in clear inside a hidden one brings only that', async () => {
    expect(await show([['address', 'country']])).toEqual({ ...nothing, address: { country: 'BE' } })
  })

  it('a container brings everything inside it', async () => {
    expect(await show([['address']])).toEqual({ ...nothing, address: { street: 'Dorpsstraat 12', locality: 'Gent', country: 'BE' } })
    expect(await show([['statutes']])).toEqual({
      ...nothing,
      statutes: [{ code: 'A', since: '2021-01-01' }, { code: 'B', since: '2022-01-01' }, { code: 'C' }],
    })
  })

  it('one element', async () => {
    expect(await show([['nationalities', 1]])).toEqual({ ...nothing, nationalities: ['FR'] })
    expect(await show([['statutes', 1, 'code']])).toEqual({ ...nothing, statutes: [{ code: 'B' }] })
  })

  it('null means every element that has the rest of the path, and not the others', async () => {
    expect(await show([['nationalities', null]])).toEqual({ ...nothing, nationalities: ['BE', 'FR'] })
    expect(await show([['statutes', null, 'since']])).toEqual({
      ...nothing,
      statutes: [
        { code: 'A', since: '2021-01-01' },
        { code: 'B', since: '2022-01-01' },
      ],
    })
  })

  it('several paths, each disclosure once', async () => {
    expect(select(revealed, [['address', 'street'], ['address'], ['address', 'street']])).toHaveLength(3)
  })

  it('the empty path is everything', () => {
    expect(select(revealed, [[]])).toEqual(sdJwt.disclosures)
  })

  it.each<[ClaimsPath]>([
    [['absent']],
    [['address', 'absent']],
    [['given_name', 'x']],
    [['given_name', 0]],
    [['statutes', 3]],
    [['statutes', -1]],
    [['statutes', 'length']],
    [['statutes', null, 'absent']],
    [['address', null]],
    [['address', 0]],
    [['constructor']],
    [['__proto__']],
    [['address', 'toString']],
  ])('%j leads nowhere', (path) => {
    expect(() => select(revealed, [['iss'], path])).toThrow(expect.objectContaining({ code: 'claim_not_there' }))
  })

  it('knows where each disclosure belongs and what it is inside of', () => {
    expect(revealed.placed.map(({ disclosure }) => disclosure)).toEqual(sdJwt.disclosures)
    const street = revealed.placed.find(({ path }) => path.join('.') === 'address.street')
    expect(revealed.placed[street?.parent ?? -1]?.path).toEqual(['address'])
    expect(revealed.placed.find(({ path }) => path.join('.') === 'given_name')).not.toHaveProperty('parent')
    expect(revealed.placed.map(({ path }) => path.join('.'))).toContain('statutes.1.since')
  })
})
