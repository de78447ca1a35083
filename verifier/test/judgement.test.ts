import type { Path } from '@symbolon/credential'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE, bundle, DAY, holder, issue, NONCE, NOW, show, statusList } from './artefacts.ts'
import { codes, makeWorld, paper, SHOWN, type, WHO, type World } from './world.ts'

const COMPANION: readonly Path[] = [['statutes', 'companion']]

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.remove())

test('a valid presentation passes every check, and shows what was disclosed and nothing else', async () => {
  const { exit, stderr, report } = await world.check(await world.shown())
  expect({ exit, stderr, outcome: report.outcome, age: report.evidence_age }).toEqual({ exit: 0, stderr: '', outcome: 'pass', age: 3600 })
  expect(codes(report)).toMatchObject({
    bundle: 'pass bundle_trusted',
    structure: 'pass well_formed',
    signature: 'pass signature_valid',
    trust: 'pass issuer_trusted',
    type: 'pass type_known',
    validity: 'pass valid_until',
    binding: 'pass shown_by_holder',
    status: 'pass status_valid',
  })
  expect(report.claims).toMatchObject({ statutes: { increased_reimbursement_any: 'yes' } })
  expect(JSON.stringify(report.claims)).not.toMatch(/companion|family_name|Proefstuk|9164/)
})

describe('status', () => {
  test.each([
    ['revoked', 1, 'fail revoked'],
    ['suspended', 2, 'fail suspended'],
    ['of another kind', 3, 'fail status_not_valid'],
  ])('%s is a fail, and nothing is shown', async (_name, status, code) => {
    const path = await world.writeBundle('status.json', world.bundler, [await statusList(world.lists, { 7: status })])
    const ran = await world.check(await world.shown(), WHO, { bundle: path })
    expect(codes(ran.report).status).toBe(code)
    expect(ran.exit).toBe(1)
    expect(ran.report.claims).toBeUndefined()
  })

  test('the revocation of another credential changes nothing', async () => {
    const path = await world.writeBundle('other.json', world.bundler, [await statusList(world.lists, { 6: 1, 8: 1 })])
    expect((await world.check(await world.shown(), WHO, { bundle: path })).exit).toBe(0)
  })

  test('a list that is missing from the bundle is unknown, never a pass', async () => {
    const path = await world.writeBundle('empty.json', world.bundler, [])
    const ran = await world.check(await world.shown(), WHO, { bundle: path })
    expect(ran).toMatchObject({ exit: 2, report: { outcome: 'unknown', evidence_age: null } })
    expect(codes(ran.report).status).toBe('unknown status_list_missing')
  })

  test('a list signed by whoever may sign credentials is no list', async () => {
    const path = await world.writeBundle('wrong-signer.json', world.bundler, [await statusList(world.issuer)])
    const ran = await world.check(await world.shown(), WHO, { bundle: path })
    expect(ran.exit).toBe(2)
    expect(codes(ran.report).status).toBe('unknown status_list_not_trusted')
  })

  test('evidence older than seven days is unknown; --max-age draws the line elsewhere', async () => {
    const path = await world.writeBundle('old.json', world.bundler, [await statusList(world.lists, {}, NOW - 8 * DAY)])
    const text = await world.shown()
    const old = await world.check(text, WHO, { bundle: path })
    expect(old.exit).toBe(2)
    expect(codes(old.report).status).toBe('unknown status_too_old')
    expect(old.report.evidence_age).toBe(8 * DAY)
    expect((await world.check(text, [...WHO, '--max-age', '9d'], { bundle: path })).exit).toBe(0)
    expect((await world.check(text, [...WHO, '--max-age', '30m'])).exit).toBe(2)
    expect((await world.check(text, [...WHO, '--max-age', '1h'])).exit).toBe(0)
  })
})

describe('the bundle', () => {
  const refused = async (path: string, code: string) => {
    const ran = await world.check(await world.shown(), WHO, { bundle: path })
    expect(ran).toMatchObject({ exit: 1, report: { outcome: 'fail' } })
    expect(codes(ran.report)).toEqual({ bundle: `fail ${code}` })
  }

  test('signed by an authority that is not in the trust file is refused', async () => {
    await refused(await world.writeBundle('stranger.json', world.stranger, [world.list]), 'bundle_not_trusted')
  })

  test('signed by somebody trusted, but for another purpose, is refused', async () => {
    await refused(await world.writeBundle('purpose.json', world.issuer, [world.list]), 'bundle_not_trusted')
  })

  test('with one character of a part changed is refused', async () => {
    const { text } = await bundle(world.bundler, [world.list])
    const { content } = world.list
    const altered = `${content.slice(0, -1)}${content.endsWith('A') ? 'B' : 'A'}`
    await refused(await world.write('altered.json', text.replace(content, altered)), 'bundle_altered')
  })

  test.each([
    ['no JSON', 'bundle'],
    ['another kind of JSON', '[]'],
    ['cut off', '{"manifest":"eyJ'],
    ['empty', ''],
    ['with a member twice', '{"manifest":"a","manifest":"a","parts":{}}'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])('that is %s is refused as malformed', async (_name, text) => {
    await refused(await world.write('malformed.json', text), 'bundle_malformed')
  })

  test('past its end is unknown, and its age is said', async () => {
    const path = await world.writeBundle('past.json', world.bundler, [world.list], { created: NOW - 2 * DAY, validUntil: NOW - 1 })
    const ran = await world.check(await world.shown(), WHO, { bundle: path })
    expect(ran.exit).toBe(2)
    expect(ran.report.checks[0]).toMatchObject({ id: 'bundle', outcome: 'unknown', code: 'bundle_expired', facts: { age: 2 * DAY } })
  })

  test('from the future is unknown', async () => {
    const path = await world.writeBundle('future.json', world.bundler, [world.list], { created: NOW + DAY, validUntil: NOW + 3 * DAY })
    expect(codes((await world.check(await world.shown(), WHO, { bundle: path })).report).bundle).toBe('unknown bundle_from_the_future')
  })

  test('brings no trust: a stranger’s credential stays a stranger’s, and nothing of it is shown', async () => {
    const foreign = await show(await issue(world.stranger, type, { holder: world.me }), COMPANION, world.me)
    const ran = await world.check(foreign)
    expect(ran.exit).toBe(1)
    expect(codes(ran.report).trust).toBe('fail issuer_not_trusted')
    expect(ran.report.claims).toBeUndefined()
  })
})

describe('validity', () => {
  test('expired is a fail, and so is the very second it ends', async () => {
    for (const until of [NOW - DAY, NOW]) {
      const text = await show(await issue(world.issuer, type, { holder: world.me, from: NOW - 40 * DAY, until }), SHOWN, world.me)
      const ran = await world.check(text)
      expect(ran.exit).toBe(1)
      expect(codes(ran.report).validity).toBe('fail expired')
    }
  })

  test('not yet valid is a fail', async () => {
    const text = await show(await issue(world.issuer, type, { holder: world.me, from: NOW + 3600 }), SHOWN, world.me)
    const ran = await world.check(text)
    expect(ran.exit).toBe(1)
    expect(codes(ran.report).validity).toBe('fail not_yet_valid')
  })

  test('--at judges by another clock than that of the machine', async () => {
    const at = NOW + 31 * DAY
    const ran = await world.check(await world.shown({ at }), WHO, { at: String(at) })
    expect(codes(ran.report).validity).toBe('fail expired')
  })
})

describe('the holder', () => {
  test('cnf and no key binding: fail, always', async () => {
    for (const who of [[], WHO]) {
      const ran = await world.check(await show(world.credential, SHOWN), who)
      expect(ran.exit).toBe(1)
      expect(codes(ran.report).binding).toBe('fail key_binding_missing')
    }
  })

  test.each([
    ['without --aud and --nonce', []],
    ['with --aud alone', ['--aud', AUDIENCE]],
    ['with --nonce alone', ['--nonce', NONCE]],
  ])('key binding %s: unknown', async (_name, who) => {
    const ran = await world.check(await world.shown(), who)
    expect(ran.exit).toBe(2)
    expect(codes(ran.report).binding).toBe('unknown binding_not_checked')
  })

  test.each([
    ['audience', ['--aud', 'https://other.example.be', '--nonce', NONCE], 'key_binding_audience_wrong'],
    ['audience alone', ['--aud', 'https://other.example.be'], 'key_binding_audience_wrong'],
    ['nonce', ['--aud', AUDIENCE, '--nonce', 'another'], 'key_binding_nonce_wrong'],
    ['nonce alone', ['--nonce', 'another'], 'key_binding_nonce_wrong'],
  ])('another %s: fail', async (_name, who, code) => {
    const ran = await world.check(await world.shown(), who)
    expect(ran.exit).toBe(1)
    expect(codes(ran.report).binding).toBe(`fail ${code}`)
  })

  test.each([
    [-301, 'fail key_binding_too_old', 1],
    [-300, 'pass shown_by_holder', 0],
    [60, 'pass shown_by_holder', 0],
    [61, 'fail key_binding_ahead', 1],
  ])('shown %s seconds from the clock: %s', async (seconds, code, exit) => {
    const ran = await world.check(await world.shown({ at: NOW + seconds }))
    expect(codes(ran.report).binding).toBe(code)
    expect(ran.exit).toBe(exit)
  })

  test('the key of somebody else: fail', async () => {
    const ran = await world.check(await show(world.credential, SHOWN, holder()))
    expect(ran.exit).toBe(1)
    expect(codes(ran.report).binding).toBe('fail key_binding_signature_wrong')
  })

  test('a disclosure added after the holder signed: fail', async () => {
    const more = (await show(world.credential, COMPANION)).split('~').at(-2)
    const [issued, ...rest] = (await world.shown()).split('~')
    const ran = await world.check([issued, more, ...rest].join('~'))
    expect(ran.exit).toBe(1)
    expect(codes(ran.report).binding).toBe('fail key_binding_hash_wrong')
  })

  test('no cnf in a type bound to a key: fail', async () => {
    const ran = await world.check(await show(await issue(world.issuer, type), SHOWN))
    expect(ran.exit).toBe(1)
    expect(codes(ran.report).binding).toBe('fail holder_key_missing')
  })

  test('no cnf in a type bound to nobody: pass', async () => {
    const ran = await world.check(await show(await issue(world.issuer, paper.type), SHOWN), ['--types', world.file('types')])
    expect(codes(ran.report).binding).toBe('pass no_holder_binding')
    expect(ran.exit).toBe(0)
  })

  test('cnf in a type bound to nobody: fail, with and without key binding', async () => {
    const bound = await issue(world.issuer, paper.type, { holder: world.me })
    for (const text of [await show(bound, SHOWN), await show(bound, SHOWN, world.me)]) {
      const ran = await world.check(text, [...WHO, '--types', world.file('types')])
      expect(ran.exit).toBe(1)
      expect(codes(ran.report).binding).toBe('fail holder_key_not_expected')
    }
  })

  test('a type that is not known is judged as bound to a key, and stays unknown', async () => {
    const ran = await world.check(await show(await issue(world.issuer, paper.type, { holder: world.me }), SHOWN, world.me))
    expect(ran.exit).toBe(2)
    expect(codes(ran.report)).toMatchObject({ type: 'unknown type_not_known', binding: 'pass shown_by_holder' })
    const unbound = await world.check(await show(await issue(world.issuer, paper.type), SHOWN))
    expect(unbound.exit).toBe(1)
  })
})

describe('a malformed presentation', () => {
  test.each([
    ['empty', '', 'format_not_known'],
    ['any text', 'hello', 'format_not_known'],
    ['tildes', '~~~~', 'sd_jwt_malformed'],
    ['more than is ever read', '~'.repeat(17 * 1024 * 1024), 'format_not_known'],
  ])('%s: a failed check of its form', async (_name, text, code) => {
    const ran = await world.check(text)
    expect(ran.exit).toBe(1)
    expect(codes(ran.report)).toMatchObject({ structure: `fail ${code}` })
    expect(ran.report.claims).toBeUndefined()
  })

  test('one byte changed in what the issuer signed: fail, and nothing of it is shown', async () => {
    const text = await world.shown()
    const at = text.indexOf('.') + 20
    const ran = await world.check(text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1))
    expect(ran.exit).toBe(1)
    expect(ran.report.claims).toBeUndefined()
  })
})
