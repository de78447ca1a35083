import { parseJws } from '@symbolon/sd-jwt'
import { describe, expect, it, test } from 'vitest'
import { changed, didJwtVc, ebsi, holder, issue, issuer, judge, NOW, show, showWithPeer, stranger } from './vc_jwt_peers.ts'

const credential = await issue()
const found = async (text: string) => {
  const { outcome, checks } = await judge(text)
  const [worst] = checks.filter((check) => check.outcome === outcome)
  return outcome === 'pass' ? 'pass' : `${outcome} ${worst?.code}`
}
const everybody = async (text: string) => ({
  didJwtVc: await didJwtVc.presentation(text),
  ebsi: await ebsi.presentation(text),
  ours: await found(text),
})

describe('what we make, others read', () => {
  it('a credential', async () => {
    expect([await didJwtVc.credential(credential), await ebsi.credential(credential)]).toEqual([true, true])
  })

  it('a presentation', async () => {
    expect(await everybody(await show(credential))).toEqual({ didJwtVc: true, ebsi: true, ours: 'pass' })
  })
})

describe('what others make, we read', () => {
  it('a presentation of did-jwt-vc', async () => {
    expect(await everybody(await showWithPeer(credential))).toMatchObject({ didJwtVc: true, ours: 'pass' })
  })

  it('a presentation of EBSI’s library, which takes the machine’s clock for when it was made', async () => {
    const theirs = await ebsi.show(credential)
    const dated = await changed(theirs, { payload: { iat: NOW - 5 } }, holder)
    expect(await everybody(dated)).toEqual({ didJwtVc: true, ebsi: true, ours: 'pass' })
  })
})

describe('what is refused, and by whom', () => {
  const otherPlace = { id: 'https://issuer.example/1#0', type: 'RevocationList2020Status' }
  const rows: [what: string, text: () => Promise<string>, verdicts: { didJwtVc: boolean; ebsi: boolean; ours: string }][] = [
    [
      'KX-10: a forged credential in a presentation that is right',
      async () => show(await changed(credential, {}, stranger)),
      { didJwtVc: true, ebsi: false, ours: 'fail signature_wrong' },
    ],
    [
      'KX-09: a kid that is in no document',
      async () => show(await changed(credential, { header: { kid: `${issuer.did}#other` } })),
      { didJwtVc: true, ebsi: false, ours: 'fail did_malformed' },
    ],
    [
      'a credential of somebody else than who shows it',
      async () =>
        changed(
          await show(await issue()),
          { payload: { iss: stranger.did, sub: stranger.did }, header: { kid: stranger.kid }, inner: { holder: stranger.did } },
          stranger,
        ),
      { didJwtVc: true, ebsi: false, ours: 'fail presentation_of_other' },
    ],
    [
      'an issuer inside that is not the one outside',
      async () =>
        changed(
          await show(credential),
          { inner: { verifiableCredential: [await changed(credential, { inner: { issuer: stranger.did } })] } },
          holder,
        ),
      { didJwtVc: true, ebsi: false, ours: 'fail vc_claims_differ' },
    ],
    [
      'a status that nobody can look up',
      async () => show(await changed(credential, { inner: { credentialStatus: otherPlace } })),
      { didJwtVc: true, ebsi: false, ours: 'unknown status_mechanism_unknown' },
    ],
    [
      'a signature of another holder',
      async () => show(credential, stranger),
      { didJwtVc: false, ebsi: false, ours: 'fail key_binding_signature_wrong' },
    ],
    [
      'for another verifier',
      async () => changed(await show(credential), { payload: { aud: 'x509_san_dns:other.example' } }, holder),
      { didJwtVc: false, ebsi: false, ours: 'fail key_binding_audience_wrong' },
    ],
    [
      'for another request',
      async () => changed(await show(credential), { payload: { nonce: 'another' } }, holder),
      { didJwtVc: false, ebsi: true, ours: 'fail key_binding_nonce_wrong' },
    ],
    [
      'longer than the credential',
      async () => changed(await show(credential), { payload: { exp: NOW + 7200 } }, holder),
      { didJwtVc: true, ebsi: true, ours: 'fail vc_malformed' },
    ],
  ]
  test.each(rows)('%s', async (_, text, verdicts) => {
    expect(await everybody(await text())).toEqual(verdicts)
  })
})

test('every claim that says otherwise than its member', async () => {
  const { vc, ...claims } = parseJws(credential).payload
  for (const [name, value] of Object.entries(claims)) {
    const other = typeof value === 'number' ? value + 1 : name === 'jti' ? 'urn:uuid:0b7f1f3c-5a3a-4b43-9d0a-6a4a3f6f2b11' : stranger.did
    const { checks } = await judge(await changed(credential, { payload: { [name]: other } }))
    expect.soft([name, checks[0]?.code]).toEqual([name, 'vc_claims_differ'])
  }
  expect([Object.keys(claims).sort(), vc === undefined]).toEqual([['exp', 'iat', 'iss', 'jti', 'nbf', 'sub'], false])
})

describe('credentials that did-jwt-vc takes and we do not', () => {
  const rows: [what: string, change: Parameters<typeof changed>[1], ours: string][] = [
    ['issuer unlike iss', { inner: { issuer: stranger.did } }, 'vc_claims_differ'],
    ['a subject unlike sub', { inner: { credentialSubject: { id: stranger.did } } }, 'vc_claims_differ'],
    ['an id unlike jti', { inner: { id: 'urn:uuid:0b7f1f3c-5a3a-4b43-9d0a-6a4a3f6f2b11' } }, 'vc_claims_differ'],
    ['an expirationDate unlike exp', { inner: { expirationDate: '2099-01-01T00:00:00Z' } }, 'vc_claims_differ'],
    ['KX-11: the media type of the later model', { header: { typ: 'vc+jwt' } }, 'vc_forms_mixed'],
    ['no schema', { inner: { credentialSchema: [] } }, 'vc_malformed'],
    ['a date without a zone', { inner: { issued: '2027-01-15T07:00:00' } }, 'vc_malformed'],
  ]
  test.each(rows)('%s', async (_, change, ours) => {
    const text = await changed(credential, change)
    const { checks } = await judge(text)
    expect([await didJwtVc.credential(text), checks[0]?.code]).toEqual([true, ours])
  })
})
