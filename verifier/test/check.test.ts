import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LANGUAGES, packCode, WORDS } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE, brick, issue, NOW, show, statusList } from './artefacts.ts'
import { run, runHere } from './run.ts'
import { codes, makeWorld, paper, SHOWN, TIME, type, WHO, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.remove())

describe('as a process of its own', () => {
  test('a valid presentation is exit 0, and standard error stays empty', async () => {
    expect(await run([...world.argv(), ...WHO])).toMatchObject({ exit: 0, stderr: '' })
    expect(await run([...world.argv('-'), ...WHO], { stdin: await world.shown() })).toMatchObject({ exit: 0, stderr: '' })
  })

  test('a revoked one is exit 1, one whose list is missing exit 2, a bundle of a stranger exit 1', async () => {
    const revoked = await world.writeBundle('revoked.json', world.bundler, [await statusList(world.lists, { 7: 1 })])
    const missing = await world.writeBundle('missing.json', world.bundler, [])
    const strange = await world.writeBundle('strange.json', world.stranger, [world.list])
    const exits = [revoked, missing, strange].map(async (bundle) => (await run([...world.argv(undefined, { bundle }), ...WHO])).exit)
    expect(await Promise.all(exits)).toEqual([1, 2, 1])
  })

  test('wrong usage is exit 64, a trust file that is not there exit 78', async () => {
    expect(await run(['check'])).toMatchObject({ exit: 64, stdout: '' })
    expect(await run(world.argv(undefined, { trust: world.file('nowhere') }))).toMatchObject({ exit: 78, stdout: '' })
  })

  test('bytes that are no text are a failed check', async () => {
    const ran = await run([...world.argv('-'), '--json'], { stdin: Buffer.from([0xff, 0xfe, 0x00]) })
    expect(ran.exit).toBe(1)
    expect(codes(JSON.parse(ran.stdout))).toEqual({ structure: 'fail format_not_known' })
  })

  test('the trust file is found by SYMBOLON_TRUST, and else in SYMBOLON_HOME', async () => {
    const argv = ['check', world.file('shown.txt'), '--bundle', world.file('bundle.json'), '--at', TIME, ...WHO]
    expect((await run(argv, { env: { SYMBOLON_TRUST: world.file('trust.json') } })).exit).toBe(0)
    expect((await run(argv, { env: { SYMBOLON_HOME: world.file('') } })).exit).toBe(0)
    expect((await run([...argv, '--home', world.file('')])).exit).toBe(0)
    expect((await run(argv, { cwd: world.file('') })).exit).toBe(78)
  })

  test('a trust file that only lies in the working folder is named, and refused in production', async () => {
    const argv = ['check', world.file('shown.txt'), '--bundle', world.file('bundle.json'), '--at', TIME, ...WHO]
    const cwd = world.file('desk')
    mkdirSync(join(cwd, '.symbolon'), { recursive: true })
    copyFileSync(world.file('trust.json'), join(cwd, '.symbolon', 'trust.json'))
    const found = await run(argv, { cwd })
    expect(found).toMatchObject({ exit: 0, stderr: expect.stringContaining(join('desk', '.symbolon', 'trust.json')) })
    const refused = await run([...argv, '--json'], { cwd, env: { SYMBOLON_ENV: 'production' } })
    expect(refused).toMatchObject({ exit: 78 })
    const named = await run([...argv, '--trust', world.file('trust.json')], { cwd, env: { SYMBOLON_ENV: 'production' } })
    expect(named).toMatchObject({ exit: 0, stderr: '' })
  })

  test('the language is that of LANG', async () => {
    const { stdout } = await run([...world.argv(), ...WHO], { env: { LANG: 'fr_BE.UTF-8' } })
    expect(stdout).toMatch(/^VALABLE\./)
  })
})

describe('without a network', () => {
  const isolated = spawnSync('unshare', ['-rn', 'true']).status === 0

  test.runIf(isolated || process.env.SYMBOLON_REQUIRE_ALL === '1')('gives the same answer in a network namespace of its own', async () => {
    const argv = [...world.argv(), ...WHO]
    expect(await run(argv, { under: ['unshare', '-rn'] })).toEqual(await run(argv))
  })

  test.runIf(isolated || process.env.SYMBOLON_REQUIRE_ALL === '1')('says of a scanned code what it says of what is in it', async () => {
    // A social statute hides too much to fit into a code; a card does not.
    const card = await show(await issue(world.issuer, brick('ehic').type, { holder: world.me }), [['document_number']], world.me)
    const code = await packCode(card, primitives)
    const scanned = await run([...world.argv('-'), ...WHO, '--json'], { stdin: `${code}\n`, under: ['unshare', '-rn'] })
    const read = await run([...world.argv('-'), ...WHO, '--json'], { stdin: card })
    expect(scanned).toMatchObject({ exit: 0, stdout: read.stdout })
    // Made for somebody else: unpacking takes nothing away from that.
    const other = ['--aud', 'https://another.example', '--nonce', 'bm9uY2Ugbm9uY2Ugbg', '--json']
    const replayed = await run([...world.argv('-'), ...other], { stdin: code })
    expect({ exit: replayed.exit, binding: codes(JSON.parse(replayed.stdout)).binding }).toEqual({
      exit: 1,
      binding: expect.stringMatching(/^fail /),
    })
    const broken = await run([...world.argv('-'), ...WHO, '--json'], { stdin: code.slice(0, -3) })
    expect({ exit: broken.exit, found: codes(JSON.parse(broken.stdout)) }).toEqual({ exit: 1, found: { structure: 'fail code_malformed' } })
  })

  test('opens no socket and asks for no name, whatever comes of it', async () => {
    const guard = `data:text/javascript,${encodeURIComponent(`
      import dgram from 'node:dgram'; import dns from 'node:dns'; import net from 'node:net'; import { syncBuiltinESMExports } from 'node:module'
      const refuse = () => { process.stderr.write('NETWORK'); process.exit(99) }
      net.Socket.prototype.connect = net.connect = net.createConnection = net.Server.prototype.listen = refuse
      dgram.createSocket = dns.lookup = dns.promises.lookup = dns.resolve = refuse
      globalThis.fetch = refuse
      syncBuiltinESMExports()`)}`
    const guarded = (argv: string[]) => run(argv, { node: ['--import', guard] })
    const empty = await world.writeBundle('empty.json', world.bundler, [])
    expect(await guarded([...world.argv(), ...WHO])).toMatchObject({ exit: 0, stderr: '' })
    expect(await guarded([...world.argv(undefined, { bundle: empty }), ...WHO])).toMatchObject({ exit: 2, stderr: '' })
    // The guard itself works: the one verb that needs the network runs into it.
    const fetching = ['bundle', 'fetch', 'http://127.0.0.1:9/bundle', '--out', world.file('no.json'), '--trust', world.file('trust.json')]
    expect(await guarded(fetching)).toMatchObject({ exit: 99 })
  })
})

describe('for people', () => {
  test.each(LANGUAGES)('everything is said in %s', async (language) => {
    const { exit, stdout } = await runHere([...world.argv(), ...WHO, '--lang', language])
    expect(exit).toBe(0)
    expect(stdout).toContain({ nl: 'GELDIG. Alles', fr: 'VALABLE. Tout', de: 'GÜLTIG. Alles', en: 'VALID. Everything' }[language])
    expect(stdout).toContain(
      { nl: '15/07/2026 12:00 CEST', fr: '15/07/2026 12:00 CEST', de: '15.07.2026 12:00 CEST', en: '15 July 2026 12:00 CEST' }[language],
    )
    const { label } = type.display[language].claims.get(JSON.stringify(['statutes', 'increased_reimbursement_any'])) ?? {}
    expect(stdout).toContain(`${label}${WORDS[language].colon}`)
    expect(stdout).toContain(AUDIENCE)
    expect(stdout).not.toMatch(/undefined|[{}[\]]/)
  })

  test('an unknown language is English', async () => {
    expect((await runHere([...world.argv(), ...WHO, '--lang', 'eo'])).stdout).toMatch(/^VALID\./)
  })

  test('the outcome of every check is said in a word beside its sign', async () => {
    const { stdout } = await runHere([...world.argv(), '--lang', 'en'])
    expect(stdout).toMatch(/^NOT KNOWN\./)
    expect(stdout).toMatch(/^✓ right +Signature /m)
    expect(stdout).toMatch(/^\? not known +Holder /m)
    expect(stdout).toContain('Shown, but not confirmed:')
  })

  /** The last line, which is what a clerk acts on. */
  const lastLine = async (text: string, ...more: string[]) => {
    const ran = await runHere([...world.argv('-', { home: world.file('.') }), '--lang', 'en', ...more], text)
    return `${ran.exit} ${ran.stdout.trimEnd().split('\n').at(-1)}`
  }

  test('the last line says what a right check leaves to be done', async () => {
    expect(await lastLine(await world.shown(), ...WHO)).toBe('0 What to do: You may rely on what was shown.')
    const bearer = await show(await issue(world.issuer, paper.type), SHOWN)
    expect(await lastLine(bearer, '--types', world.file('types'))).toMatch(/^0 .*: First compare the person .* You may rely/)
    const looked = await show(world.credential, SHOWN, world.me, { audience: 'urn:symbolon:show', nonce: 'another' })
    expect(await lastLine(looked)).toMatch(/^0 .*: First compare the name .* If no name was shown, nothing proves .* You may rely/)
    const unanswered = await lastLine(await world.shown(), ...WHO, '--question', 'parking-space')
    expect(unanswered).toBe('1 What to do: The question was not answered. Do what stands below the question.')
    expect(await lastLine(await world.shown(), ...WHO, '--question', 'train-reduction')).toMatch(/^0 .*: You may rely/)
  })

  test('nothing that was disclosed is put before a person when a check failed', async () => {
    const { exit, stdout } = await runHere([...world.argv(), '--aud', 'https://other.example.be', '--lang', 'en'])
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^NOT VALID\./)
    expect(stdout).not.toContain(type.display.en.claims.get(JSON.stringify(['statutes', 'increased_reimbursement_any']))?.label)
  })

  const shownName = async (family_name: string) => {
    const text = await show(
      await issue(world.issuer, type, { holder: world.me, claims: { ...type.sample, family_name } }),
      [['family_name']],
      world.me,
    )
    return runHere([...world.argv('-'), ...WHO], text)
  }

  test('claims stand in the order of their type, those that were chosen first', async () => {
    const paths = [['statutes', 'companion'], ['birthdate'], ['given_name'], ['family_name']]
    const text = await show(world.credential, paths, world.me)
    const { stdout } = await runHere([...world.argv('-'), ...WHO, '--lang', 'en'], text)
    const labels = ['Family name', 'Given name', 'Date of birth', 'companion', 'Issuing authority'].map((label) => stdout.indexOf(label))
    expect(labels).toEqual(labels.toSorted((one, other) => one - other))
    expect(labels[0]).toBeGreaterThan(0)
  })

  test('a value cannot steer the terminal of whoever checks', async () => {
    const { exit, stdout } = await shownName('Proef\u001b[2J\u001b]0;stuk\u0007\u202e')
    expect(exit).toBe(0)
    expect(stdout).toContain('Proef [2J ]0;stuk')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })

  test('a name is shown whole, with its diacritics', async () => {
    const name = 'Žofia-Élodie Müller van den Ouden de Proefstuk Çelik '.repeat(2).trim()
    expect((await shownName(name)).stdout).toContain(name)
  })
})

describe('wrong usage, exit 64', () => {
  const usage = async (argv: readonly string[], message: string | RegExp) => {
    const ran = await runHere(argv)
    expect(ran).toMatchObject({ exit: 64, stdout: '' })
    expect(ran.stderr).toMatch(message)
  }

  test('no bundle, no file, two files, both from standard input', async () => {
    await usage(['check', 'a'], '--bundle is needed')
    await usage(['check', '--bundle', 'b'], 'something is missing')
    await usage(['check', 'a', 'b', '--bundle', 'c'], 'too much was given')
    await usage(['check', '-', '--bundle', '-'], 'standard input cannot be both')
  })

  test.each(['now', '2026-06-15', '2026-02-30T00:00:00Z', '2026-06-15T24:00:00Z', '2026-06-15T12:00:60Z', '-1', '1.5', '1e9'])(
    '--at %s is no time',
    (at) => usage(['check', 'a', '--bundle', 'b', `--at=${at}`], '--at is no time'),
  )

  test.each(['7', 'd', '-7d', '7 d', '1.5h'])('--max-age %s is no length of time', (length) =>
    usage(['check', 'a', '--bundle', 'b', `--max-age=${length}`], '--max-age is no length'),
  )

  test('an empty audience is a slip, not an absent one', () => usage(['check', 'a', '--bundle', 'b', '--aud', ''], '--aud is empty'))

  test('a file that is not there', async () => {
    await usage(world.argv(world.file('nowhere')), 'there is no such file')
    await usage(world.argv(undefined, { bundle: world.file('nowhere') }), 'there is no such file')
  })
})

test.each([String(NOW), '2026-06-15T12:00:00+02:00', '2026-06-15T10:00:00.000Z', '2026-06-15t05:00:00-05:00'])(
  '--at takes %s',
  async (at) => {
    expect((await world.check(await world.shown(), WHO, { at })).exit).toBe(0)
  },
)

describe('wrong settings, exit 78', () => {
  const wrong = async (trust: string | Uint8Array, message: RegExp) => {
    const path = await world.write('bad-trust.json', trust)
    const ran = await runHere([...world.argv(undefined, { trust: path }), '--json'])
    expect(ran.exit).toBe(78)
    expect(ran.stderr).toMatch(message)
    expect(JSON.parse(ran.stdout).error).toBe('trust_file_malformed')
  }

  test('a trust file that is not JSON', () => wrong('nobody', /not JSON/))
  test('a trust file that is not text', () => wrong(Buffer.from([0xff]), /not UTF-8/))
  test('all faults of a trust file at once, each with its place', () =>
    wrong('[{"name":"","for":"all"},{"name":"x","for":"status","jwk":{}}]', /entry 0: name.*entry 0: for.*entry 1: jwk/s))

  test('an empty trust file trusts nobody: that is no fault, the bundle is refused', async () => {
    const ran = await world.check(await world.shown(), WHO, { trust: await world.write('nobody.json', '[]') })
    expect(ran.exit).toBe(1)
    expect(codes(ran.report)).toEqual({ bundle: 'fail bundle_not_trusted' })
  })

  test('types of one’s own that have faults, that are not there, or that claim the name of another', async () => {
    await world.write('bad-types/broken/credential.json', '{')
    const broken = await runHere([...world.argv(), '--types', world.file('bad-types')])
    expect(broken.exit).toBe(78)
    expect(broken.stderr).toMatch(/broken\/credential\.json.*broken\/schema\.json/s)
    const told = await runHere([...world.argv(), '--types', world.file('bad-types'), '--json'])
    expect(told.stdout + told.stderr).toContain('"type_malformed"')
    await world.write('no-types/letters/one.txt', 'no brick')
    const none = await runHere([...world.argv(), '--types', world.file('no-types')])
    expect([none.exit, none.stderr.includes('letters/credential.json'), none.stderr.includes('one.txt')]).toEqual([78, true, false])
    expect((await runHere([...world.argv(), '--types', world.file('nowhere')])).exit).toBe(78)
    for (const [name, text] of Object.entries(brick('ehic').files)) await world.write(`twice/again/${name}`, text)
    const twice = await runHere([...world.argv(), '--types', world.file('twice')])
    expect(twice.exit).toBe(78)
    expect(twice.stderr).toContain('ehic has this vct already')
  })
})

test('every verb explains itself with an example, and no verb is promised that is not there', async () => {
  const promised = (await runHere(['--help'])).stdout.matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)
  const verbs = [...promised].map(([, verb = '']) => verb)
  expect(verbs).toEqual([
    'serve',
    'ask',
    'challenge',
    'check',
    'bundle fetch',
    'bundle inspect',
    'bundle merge',
    'questions',
    'trust add',
    'trust list',
    'trust remove',
  ])
  for (const verb of verbs) {
    const ran = await runHere([...verb.split(' '), '--help'])
    expect(ran).toMatchObject({ exit: 0, stderr: '' })
    expect(ran.stdout).toMatch(new RegExp(`example: (VERIFIER_PORT=4001 )?symbolon-verifier ${verb}`))
  }
})
