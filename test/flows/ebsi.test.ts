import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../demo/programs.ts'
import { type Accredited, accredit, PDA1_EBSI, PDA1_TYPE } from './accredited.ts'
import { good } from './answer.ts'
import { type Citizen, expectDone, expectEnded, newCitizen } from './citizen.ts'
import { type Desk, expectPass, expectVerdict, newDesk, TO_DESK } from './desk.ts'
import { ask, tokenOf } from './issuance.ts'
import { type Offer, PDA1, type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
let accredited: Accredited
let citizen: Citizen
let desk: Desk
beforeAll(async () => {
  setting = await startSetting()
  accredited = await accredit(setting)
  citizen = await newCitizen(setting)
  desk = newDesk(setting)
})
afterAll(async () => {
  await accredited.close()
  await setting.close()
})

const offered = (person = 'P14'): Promise<Offer> => setting.offer({ type: PDA1_EBSI, person })

describe('PDA1 by an issuer that is accredited on EBSI', () => {
  it('is received under its DID, held, shown whole, and passes offline with one bundle beside the SD-JWT VC of the same row', async () => {
    const ebsi = await citizen.hold(await offered())
    const ours = await citizen.hold(await setting.offer({ type: PDA1, person: 'P14' }))
    const list = expectDone(await citizen.wallet(['list']))
    expect(list.credentials).toContainEqual(expect.objectContaining({ id: ebsi, type: PDA1_TYPE, expired: false, shown: 0 }))
    const bundle = await accredited.bundle()
    const presented = await citizen.present(ebsi, [], TO_DESK)
    const checked = await desk.check({ shown: presented, bundle })
    expectPass(checked)
    // The bundle is as good tomorrow, but for whoever wants a newer one.
    const later = await desk.check({ shown: presented, bundle, at: setting.now() + 80_000 })
    expect([later.checks.status, later.checks.trust]).toEqual(['pass status_valid', 'pass chain_trusted'])
    expect(checked.checks.trust).toBe('pass chain_trusted')
    const { credentialSubject } = checked.claims as { credentialSubject: Record<string, Record<string, unknown>> }
    const shown = await citizen.present(ours, ['subject', 'memberstateAppliedLegislation', 'competentInstitution'], TO_DESK)
    const sdJwt = await desk.check({ shown, bundle })
    expectPass(sdJwt)
    expect(sdJwt.claims).toMatchObject({
      subject: {
        pin: credentialSubject.section1?.personalIdentificationNumber,
        names: { surnames: credentialSubject.section1?.surname, forenames: credentialSubject.section1?.forenames },
        dateOfBirth: credentialSubject.section1?.dateBirth,
      },
      memberstateAppliedLegislation: {
        memberstate: credentialSubject.section2?.memberStateWhichLegislationApplies,
        startDate: credentialSubject.section2?.startingDate,
        endDate: credentialSubject.section2?.endingDate,
      },
    })
  })

  it('is told in words: what it says, by whom, accredited by whom, and from which root', async () => {
    const id = await citizen.hold(await offered())
    const said = await citizen.wallet(['show', id])
    expect(expectDone(said)).toMatchObject({ disclosable: [] })
    const bundle = await accredited.bundle()
    const file = join(setting.folder('words'), 'shown.jwt')
    writeFileSync(file, await citizen.present(id, [], TO_DESK))
    writeFileSync(`${file}.bundle`, bundle)
    const parameters = ['check', file, '--bundle', `${file}.bundle`, '--aud', TO_DESK.audience, '--nonce', TO_DESK.nonce]
    const { stdout: text } = await runProgram('symbolon-verifier', [...parameters, '--trust', setting.trustFile], {
      environment: { HOME: setting.home, LANG: 'en', SYMBOLON_HOME: setting.folder('words-home') },
    })
    const { tao, root } = accredited.registry
    expect(text).toContain(tao?.did)
    expect(text).toMatch(new RegExp(`${tao?.did}[\\s\\S]*root[\\s\\S]*${root.did}`))
    expect(text).toContain('Surname: Monteur')
  })

  it('revoked at the source it fails, by the list that the issuer signs with its DID', async () => {
    const offer = await offered('P14')
    const id = await citizen.hold(offer)
    const shown = await citizen.present(id, [], TO_DESK)
    expectPass(await desk.check({ shown, bundle: await accredited.bundle() }))
    expect(good(await setting.changeStatus(await setting.issuanceOf(offer), 'revoked'))).toMatchObject({ status: 'revoked' })
    const bundle = await accredited.bundle()
    expectVerdict(await desk.check({ shown, bundle }), 1, { status: 'fail revoked' })
    const other = await citizen.hold(await offered('P14'))
    expectPass(await desk.check({ shown: await citizen.present(other, [], TO_DESK), bundle }))
  })

  it('is handed over to nobody before the person agreed to show all of it', async () => {
    const id = await citizen.hold(await offered())
    const parameters = ['present', id, '--aud', TO_DESK.audience, '--nonce', TO_DESK.nonce]
    const before = citizen.container()
    const asked = await citizen.wallet(parameters)
    expectEnded(asked, 64, 'not_a_terminal', /--yes/)
    expect(asked.stderr).toContain('All of it is shown: nothing of it can be hidden.')
    expect(asked.stderr).not.toContain('Monteur')
    expect(citizen.container()).toBe(before)
    const agreed = expectDone(await citizen.wallet([...parameters, '--yes']))
    expect(String(agreed.presentation).split('.')).toHaveLength(3)
  })

  it('its copies have other keys, other identifiers and other entries of the list; a code does not hold it', async () => {
    const { credentials } = expectDone(await citizen.receive(await offered(), ['--copies', '3'])) as { credentials: { id: string }[] }
    const id = credentials[0]?.id ?? ''
    const texts = [1, 2, 3].map(() => citizen.present(id, [], TO_DESK))
    const inner = []
    for (const text of texts) {
      const [, payload = ''] = (await text).split('.')
      const { vp } = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const [, vc = ''] = String(vp.verifiableCredential[0]).split('.')
      inner.push(JSON.parse(Buffer.from(vc, 'base64url').toString()).vc)
    }
    for (const mark of [
      'id',
      (vc: { credentialSubject: { id: string } }) => vc.credentialSubject.id,
      (vc: { credentialStatus: { statusListIndex: string } }) => vc.credentialStatus.statusListIndex,
    ])
      expect(new Set(inner.map((vc) => (typeof mark === 'string' ? vc[mark] : mark(vc)))).size).toBe(3)
    expectEnded(await citizen.wallet(['code', id]), 1, 'code_format_not_held')
  })

  it('tampered with, shown by another, or with the registry left out, it does not pass', async () => {
    const id = await citizen.hold(await offered())
    const shown = await citizen.present(id, [], TO_DESK)
    const bundle = await accredited.bundle()
    const [header = '', payload = '', signature = ''] = shown.split('.')
    const other = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    expectVerdict(await desk.check({ shown: other, bundle }), 1, { binding: 'fail key_binding_signature_wrong' })
    expectVerdict(await desk.check({ shown, bundle, audience: 'https://elsewhere.example' }), 1, {
      binding: 'fail key_binding_audience_wrong',
    })
    expect((await desk.check({ shown, bundle: await desk.bundle() })).checks).toMatchObject({ trust: 'unknown did_document_missing' })
    const { trust } = (
      await desk.check({
        shown,
        bundle,
        trust: JSON.parse(readFileSync(setting.trustFile, 'utf8')).filter((entry: object) => !('did' in entry)),
      })
    ).checks
    expect(trust).toBe('fail anchor_not_trusted')
  })

  it('a wallet whose trust file does not name the root keeps nothing, and says that the root may be added', async () => {
    const file = join(citizen.home, 'trust.json')
    const entries = JSON.parse(readFileSync(setting.trustFile, 'utf8')).filter((entry: object) => !('did' in entry))
    writeFileSync(
      file,
      JSON.stringify([
        ...entries,
        { name: 'another root', for: 'credential', types: [PDA1_TYPE], did: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' },
      ]),
    )
    const { hint } = (await citizen.receive(await offered(), ['--trust', file])).document
    expect(hint).toMatch(/^nothing was stored\. The root .* is not in the trust file.*compare that DID and add it\.$/)
  })

  it('is refused at the issuer for a type that the offer is not for, and with a proof by a key of another kind', async () => {
    const token = await tokenOf(setting, await offered())
    expect(await ask(setting, { token, type: STATUTE })).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
    const unsigned = await ask(setting, { token, type: PDA1_EBSI }, { header: (header) => ({ ...header, alg: 'EdDSA' }) })
    expect(unsigned).toMatchObject({ status: 400, body: { error: 'invalid_proof' } })
    expect((await ask(setting, { token, type: PDA1_EBSI })).status).toBe(200)
  })
})

describe('without its accreditation', () => {
  it('taken back at the registry, what was issued fails after the next fetch, and the wallet takes nothing more', async () => {
    const id = await citizen.hold(await offered())
    const shown = await citizen.present(id, [], TO_DESK)
    const before = await accredited.bundle()
    expectPass(await desk.check({ shown, bundle: before }))
    await accredited.registry.revoke(accredited.did, accredited.attributeId)
    expectPass(await desk.check({ shown, bundle: before }))
    const after = await desk.check({ shown, bundle: await accredited.bundle() })
    expect(after.exit).toBe(1)
    expect(after.checks).toMatchObject({ trust: 'fail attribute_revoked' })
    // The wallet asks the registry itself, and keeps nothing of an issuer that lost its right.
    const refused = await citizen.receive(await offered())
    expectEnded(refused, 1, 'credential_refused', /attribute_revoked/)
    expect(refused.document.hint).toBe(`nothing was stored. An accreditation of ${accredited.did} was taken back. Refuse it.`)
  })

  it('and accredited anew, its issuer is believed again: what it issues then names the new accreditation', async () => {
    const { attributeId, credential } = await accredited.registry.accredit({ did: accredited.did })
    expect(attributeId).not.toBe(accredited.attributeId)
    expectDone(await accredited.keys(['accredit', '-'], credential))
    await setting.restart()
    const id = await citizen.hold(await offered())
    expectPass(await desk.check({ shown: await citizen.present(id, [], TO_DESK), bundle: await accredited.bundle() }))
  })
})

describe('the registries that the wallet believes', () => {
  const believing = async (setTo: string, parameters: readonly string[], input: string) => {
    const environment = { ...citizen.environment, SYMBOLON_EBSI_REGISTRIES: setTo }
    return runProgram('symbolon-wallet', [...parameters, '--json'], { environment, input })
  }

  it('are read before anything is redeemed: with a fault in the setting, the offer stays good', async () => {
    const offer = await offered()
    const before = citizen.container()
    for (const wrong of [accredited.registry.origin, `double=${accredited.registry.origin}?x`, 'pilot production'])
      for (const parameters of [
        ['receive', '-', '--yes'],
        ['receive', '--resume'],
        ['refresh', '--all'],
      ]) {
        const { exit, stdout } = await believing(wrong, parameters, parameters.includes('-') ? offer.uri : '')
        expect([exit, JSON.parse(stdout).error]).toEqual([78, 'settings'])
        expect(stdout).toContain('SYMBOLON_EBSI_REGISTRIES')
      }
    expect(citizen.container()).toBe(before)
    await citizen.hold(offer)
  })

  it('are named before the offer is spent; a credential of another one is refused by its name', async () => {
    const offer = await offered()
    const undecided = await believing('', ['receive', '-'], offer.uri)
    expect(JSON.parse(undecided.stdout).error).toBe('not_a_terminal')
    expect(undecided.stderr).toContain(
      'looked up at https://api.ebsi.eu, the production network of EBSI, as SYMBOLON_EBSI_REGISTRIES is not set.',
    )
    expect(undecided.stderr).not.toContain('key_missing')
    const { exit, stdout } = await believing('', ['receive', '-', '--yes'], offer.uri)
    expect([exit, JSON.parse(stdout)]).toEqual([
      1,
      {
        error: 'registry_not_believed',
        message: expect.stringContaining(
          `the credential names the registry ${accredited.registry.origin}, which is none of SYMBOLON_EBSI_REGISTRIES`,
        ),
        hint: expect.stringContaining('SYMBOLON_EBSI_REGISTRIES'),
      },
    ])
  })
})
