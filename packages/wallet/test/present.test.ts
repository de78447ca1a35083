import { type CredentialType, type Path, parseCredential, prepareAnchors, verify } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { dottedPath, keyOf, parseDottedPath, present, withGroups } from '../src/index.ts'
import { type Authority, authority, brick, NOW, standInIssuer } from './stand_in_issuer.ts'
import { takeUp } from './taking_up.ts'

const statute = brick('be-social-statute')
const pda1 = brick('pda1')
let owner: Authority
beforeAll(async () => {
  owner = await authority()
})

async function receiveOne(type: CredentialType) {
  const issuer = standInIssuer(owner, [type])
  const { held, store } = await takeUp(issuer, { trust: owner.trust, from: issuer.link(type.name), copies: 1 })
  const [credential] = held
  const [copy] = credential?.copies ?? []
  if (credential === undefined || copy === undefined) throw new Error('nothing was received')
  return { credential, copy, key: keyOf(store.state, copy), outside: issuer.outside }
}

async function show(type: CredentialType, paths: readonly Path[]) {
  const { credential, copy, key, outside } = await receiveOne(type)
  const asked = { audience: 'https://verifier.example', nonce: 'n-1', paths }
  return present({ ...copy, claims: credential.claims }, key, asked, outside)
}

describe('a presentation', () => {
  it('shows one statute and nothing else, bound to the verifier by the holder', async () => {
    const { text, shown } = await show(statute, [['statutes', 'companion']])
    expect(shown).toEqual([['statutes', 'companion']])
    const credential = await parseCredential(text, primitives)
    expect(Object.keys(credential.view.claims.statutes as JsonObject)).toEqual(['companion'])
    const context = {
      evidence: new Map(),
      anchors: await prepareAnchors(owner.trust, primitives),
      policy: { types: new Map([[statute.vct, statute]]), maxStatusAge: 0, audience: 'https://verifier.example', nonce: 'n-1' },
      now: NOW,
      primitives,
    }
    const { checks } = await verify(credential, context)
    for (const id of ['signature', 'trust', 'binding']) expect(checks.find((check) => check.id === id)?.outcome).toBe('pass')
    const other = await verify(credential, { ...context, policy: { ...context.policy, nonce: 'n-2' } })
    expect(other.checks.find(({ id }) => id === 'binding')).toMatchObject({ outcome: 'fail', code: 'key_binding_nonce_wrong' })
  })

  it('shows nothing that can be hidden when nothing is asked for', async () => {
    expect((await show(statute, [])).shown).toEqual([])
  })

  it('refuses a claim that is not there', async () => {
    await expect(show(statute, [['statutes', 'none']])).rejects.toMatchObject({ code: 'claim_not_there' })
  })

  it('shows the whole group of a claim, or none of it', async () => {
    const { credential, copy } = await receiveOne(pda1)
    const { view } = await parseCredential(copy.text, primitives)
    const groups = new Map<string, Path[]>()
    for (const { path, group } of credential.claims) {
      const name = JSON.stringify([group, path.slice(0, -1)])
      if (group !== undefined) groups.set(name, [...(groups.get(name) ?? []), path])
    }
    const large = [...groups.values()].filter((members) => members.length > 1 && !members.some((path) => path.includes(null)))
    expect(large.length).toBeGreaterThan(0)
    for (const members of large) {
      const there = members.filter((path) => hasPath(view.claims, path))
      for (const asked of there) {
        const { shown } = await show(pda1, [asked])
        const names = shown.map(dottedPath)
        expect(there.map(dottedPath).filter((path) => !names.some((name) => name === path || name.startsWith(`${path}.`)))).toEqual([])
      }
    }
  })
})

const hasPath = (claims: JsonObject, path: Path): boolean => {
  try {
    parseDottedPath(dottedPath(path), claims)
    return true
  } catch {
    return false
  }
}

describe('groups', () => {
  const claim = (path: Path, group?: string) => ({ path, display: [], ...(group && { group }) })
  const claims = { a: { x: 1, y: 2, z: 3 }, b: { x: 4 }, list: [{ n: 1, m: 2 }, { n: 3 }] }
  const descriptions = [
    claim(['a', 'x'], '1'),
    claim(['a', 'y'], '1'),
    claim(['a', 'missing'], '1'),
    claim(['a', 'z']),
    claim(['b', 'x'], '1'),
    claim(['list', null, 'n'], '2'),
    claim(['list', null, 'm'], '2'),
  ]
  const whole = (...paths: Path[]) => withGroups(paths, descriptions, { claims }).map(dottedPath).sort()

  it('bring what stands beside the claim, as far as it is there', () => {
    expect(whole(['a', 'x'])).toEqual(['a.x', 'a.y'])
    expect(whole(['a', 'z'])).toEqual(['a.z'])
    expect(whole(['b', 'x'])).toEqual(['b.x'])
  })

  it('stay within one element of an array, unless all are asked for', () => {
    expect(whole(['list', 0, 'n'])).toEqual(['list.0.m', 'list.0.n'])
    expect(whole(['list', 1, 'n'])).toEqual(['list.1.n'])
    expect(whole(['list', null, 'n'])).toEqual(['list.*.n', 'list.0.m', 'list.0.n', 'list.1.n'])
  })

  it('are brought by a container, and by what lies within a claim', () => {
    expect(whole(['a'])).toEqual(['a', 'a.x', 'a.y'])
    expect(
      withGroups([['c', 'd', 'e']], [claim(['c', 'd'], '1'), claim(['c', 'f'], '1')], { claims: { c: { d: { e: 1 }, f: 2 } } }),
    ).toContainEqual(['c', 'f'])
  })
})

describe('dotted paths', () => {
  const claims: JsonObject = { a: { b: 1, 'b.c': 2 }, 'x.y': { z: 3 }, list: ['p', { q: 4 }], constructor: { name: 5 } }

  it.each([
    ['a.b', ['a', 'b']],
    ['a.b.c', ['a', 'b.c']],
    ['x.y.z', ['x.y', 'z']],
    ['list.0', ['list', 0]],
    ['list.1.q', ['list', 1, 'q']],
    ['list.*', ['list', null]],
    ['list.*.q', ['list', null, 'q']],
    ['constructor.name', ['constructor', 'name']],
  ])('%s', (text, path) => {
    expect(parseDottedPath(text, claims)).toEqual(path)
    expect(dottedPath(parseDottedPath(text, claims))).toBe(text)
  })

  it('that lead nowhere are refused', () => {
    for (const text of ['', '.', 'a.', 'a.x', 'toString', '__proto__', 'a.constructor', 'list.2', 'list.-1', 'list.0.q', '*', 'a.b.*']) {
      expect(() => parseDottedPath(text, claims)).toThrow(expect.objectContaining({ code: 'claim_not_there' }))
    }
  })
})
