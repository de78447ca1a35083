import { describe, expect, it } from 'vitest'
import { authorizationDetails, createTokenRequest, type ProtocolCode, parseForm, parseWanted, preAuthorizedCode } from '../src/index.ts'
import { brick, expectProtocolError, form, ISSUER } from './fixture.ts'

const types = new Map(['pda1', 'ehic'].map((name) => [name, brick(name)]))
const offering = {
  configuration: (id: string) => types.get(id),
  scope: (name: string) => (name.startsWith('scope-') && types.has(name.slice(6)) ? name.slice(6) : undefined),
}
const wanted = (members: Record<string, string>) => parseWanted(parseForm(form(members)), offering, ISSUER)
const detail = { type: 'openid_credential', credential_configuration_id: 'pda1' }
const details = (...entries: unknown[]) => ({ authorization_details: JSON.stringify(entries) })

describe('OpenID4VCI 1.0 section 5.1.1: authorization details', () => {
  it('come back as they were made, in a token request too (section 6.1.1)', () => {
    expect(wanted({ authorization_details: authorizationDetails(['pda1', 'ehic']) })).toEqual({
      configurationIds: ['pda1', 'ehic'],
      byDetails: true,
    })
    const request = createTokenRequest(
      { grant: preAuthorizedCode, code: 'c' },
      { authorization_details: authorizationDetails(['ehic'], ISSUER) },
    )
    expect(parseWanted(parseForm(request), offering, ISSUER).configurationIds).toEqual(['ehic'])
  })

  it('name the issuer for a server that serves several', () => {
    expect(JSON.parse(authorizationDetails(['a'], ISSUER))).toEqual([
      { type: 'openid_credential', locations: [ISSUER], credential_configuration_id: 'a' },
    ])
    expect(wanted(details({ ...detail, locations: ['https://other.example', ISSUER] })).configurationIds).toEqual(['pda1'])
  })

  it('VI-16: may have members we do not know, and claims', () => {
    expect(wanted(details({ ...detail, new: 1, format: 'x', claims: [{ path: ['a'] }] })).configurationIds).toEqual(['pda1'])
  })

  it.each([
    ['no JSON', { authorization_details: '[' }, /is not JSON/],
    ['a member twice', { authorization_details: '[{"type":"openid_credential","type":"x"}]' }, /is not JSON, or not strict/],
    ['an object', { authorization_details: JSON.stringify(detail) }, /authorization_details must be an array/],
    ['an empty array', details(), /authorization_details must be an array that is not empty/],
    ['21 entries', details(...Array.from({ length: 21 }, () => detail)), /at most 20 entries/],
    ['text as an entry', details('pda1'), /authorization_details\[0\] must be an object/],
    ['no type', details({ ...detail, type: undefined }), /\[0\]\.type is missing/],
    ['RFC 9396 5: another type', details(detail, { ...detail, type: 'payment' }), /\[1\]\.type must be openid_credential/],
    ['no configuration', details({ type: 'openid_credential' }), /credential_configuration_id is missing/],
    ['the format of older drafts', details({ type: 'openid_credential', format: 'dc+sd-jwt' }), /credential_configuration_id is missing/],
    ['a configuration that is a number', details({ ...detail, credential_configuration_id: 1 }), /must be a string/],
    ['an unknown configuration', details({ ...detail, credential_configuration_id: 'other' }), /is not in the issuer metadata/],
    ['one credential twice', details(detail, detail), /names a credential twice/],
    ['empty claims', details({ ...detail, claims: [] }), /claims must be an array that is not empty/],
    ['another location alone', details({ ...detail, locations: ['https://other.example'] }), /locations must hold the credential issuer/],
    ['locations as text', details({ ...detail, locations: ISSUER }), /locations must be an array/],
  ])('are refused with %s', async (_about, members, words) => {
    await expectProtocolError(() => wanted(members), 'invalid_authorization_details', words)
  })
})

describe('OpenID4VCI 1.0 section 5.1.2: scopes', () => {
  it('are read one by one, unknown ones ignored', () => {
    expect(wanted({ scope: 'openid scope-ehic constructor  scope-pda1 scope-ehic' })).toEqual({
      configurationIds: ['ehic', 'pda1'],
      byDetails: false,
    })
  })

  it('add to the details, and what both name is wanted once', () => {
    expect(wanted({ ...details(detail), scope: 'scope-pda1 scope-ehic' })).toEqual({ configurationIds: ['pda1', 'ehic'], byDetails: true })
    expect(wanted({ ...details(detail), scope: 'unknown' })).toEqual({ configurationIds: ['pda1'], byDetails: true })
  })

  it.each<[string, Record<string, string>, ProtocolCode]>([
    ['RFC 6749 3.3: nothing is named', {}, 'invalid_scope'],
    ['RFC 6749 3.3: nothing known is named', { scope: 'openid other' }, 'invalid_scope'],
    ['the details are wrong, whatever the scopes', { scope: 'scope-pda1', authorization_details: '[]' }, 'invalid_authorization_details'],
  ])('are refused when %s', async (_about, members, code) => {
    await expectProtocolError(() => wanted(members), code, /authorization_details/)
  })
})
