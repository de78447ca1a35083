import type { Json } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { AUDIENCE } from './presentation_fixture.ts'
import { type Change, changed, DAY, HOLDER, holder, issue, KID, NOW, payloadOf, refusal, show, version2 } from './vc_jwt_fixture.ts'

const good = await issue({ notBefore: NOW - 3600, expires: NOW + 3600 })
const good2 = await version2()
const OTHER = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'

describe('a presentation: what makes it none, or one of somebody else (7.2)', async () => {
  const shown = await show(good)
  const rows: [what: string, change: Change, refused: string][] = [
    ['iss of another', { payload: { iss: OTHER, sub: OTHER }, inner: { holder: OTHER } }, 'presentation_of_other'],
    ['another sub', { payload: { sub: OTHER } }, 'vc_malformed: presentation: sub'],
    ['another holder', { inner: { holder: OTHER } }, 'vc_malformed: presentation: vp.holder'],
    ['another jti', { payload: { jti: 'urn:a' }, inner: { id: 'urn:b' } }, 'vc_malformed: presentation: jti'],
    ['a key of another', { header: { kid: KID } }, 'vc_malformed: presentation: kid'],
    ['a key under a name that it does not have', { header: { kid: `${HOLDER}#0` } }, 'vc_malformed: presentation: kid'],
    ['no key', { header: { kid: undefined } }, 'vc_malformed: presentation: kid'],
    ['no nonce', { payload: { nonce: undefined } }, 'vc_malformed: nonce'],
    ['no aud', { payload: { aud: undefined } }, 'vc_malformed: aud'],
    ['several readers', { payload: { aud: [AUDIENCE, 'https://other.example'] } }, 'vc_malformed: aud'],
    ['no iat', { payload: { iat: undefined } }, 'vc_malformed: iat'],
    ['no nbf', { payload: { nbf: undefined } }, 'vc_malformed: presentation: nbf'],
    ['no exp', { payload: { exp: undefined } }, 'vc_malformed: presentation: exp'],
    ['nbf before the credential', { payload: { nbf: NOW - 7200 } }, 'vc_malformed: presentation: nbf'],
    ['exp after the credential', { payload: { exp: NOW + 2 * DAY } }, 'vc_malformed: presentation: exp'],
    ['no credential', { inner: { verifiableCredential: [] } }, 'vc_malformed: presentation: verifiableCredential'],
    ['two credentials', { inner: { verifiableCredential: [good, good] } }, 'vc_malformed: presentation: verifiableCredential'],
    ['a credential that is no JWT', { inner: { verifiableCredential: [{ type: ['VerifiableCredential'] }] } }, 'verifiableCredential'],
    ['a presentation in it', { inner: { verifiableCredential: [shown] } }, 'vc_forms_mixed: vp'],
    ['a credential of the later model', { inner: { verifiableCredential: [good2] } }, 'vc_forms_mixed'],
    ['a vc claim beside it', { payload: { vc: {} } }, 'vc_forms_mixed: vc'],
    ['another type', { inner: { type: ['VerifiableCredential'] } }, 'vc_malformed: presentation: type'],
    ['the context of the later model', { inner: { '@context': ['https://www.w3.org/ns/credentials/v2'] } }, 'vc_malformed: @context'],
  ]
  test.each(rows)('%s', async (_, change, refused) => {
    expect(await refusal(await changed(shown, change, holder))).toContain(refused)
  })

  const enveloped = await show(good2)
  const rows2: [what: string, payload: { [name: string]: Json | undefined }, refused: string][] = [
    ['a vp claim', { vp: {} }, 'vc_forms_mixed: vp'],
    ['a vc claim', { vc: {} }, 'vc_forms_mixed: vc'],
    ['a credential in the open', { verifiableCredential: [good2] }, 'verifiableCredential'],
    ['two credentials', { verifiableCredential: [payloadOf(enveloped).verifiableCredential as Json, {}].flat() }, 'verifiableCredential'],
    [
      'an envelope of another media type',
      { verifiableCredential: [{ type: 'EnvelopedVerifiableCredential', id: `data:application/jwt,${good2}` }] },
      'vc_malformed: presentation: verifiableCredential.id',
    ],
    [
      'a credential of the earlier model',
      { verifiableCredential: [{ type: 'EnvelopedVerifiableCredential', id: `data:application/vc+jwt,${good}` }] },
      'vc_forms_mixed',
    ],
    ['no holder', { holder: undefined, iss: undefined }, 'vc_malformed: iss'],
    ['another iss', { iss: OTHER }, 'vc_malformed: presentation: iss'],
    ['another holder', { holder: OTHER, iss: OTHER, sub: OTHER }, 'presentation_of_other'],
  ]
  test.each(rows2)('enveloped: %s', async (_, payload, refused) => {
    expect(await refusal(await changed(enveloped, { payload }, holder))).toContain(refused)
  })
})
