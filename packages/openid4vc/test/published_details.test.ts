import { describe, expect, it } from 'vitest'
import { authorizationDetails, parseForm, parseWanted } from '../src/index.ts'
import { brick, form, vector, vectorNames } from './fixture.ts'

const ISSUER = 'https://credential-issuer.example.com'
const type = brick('ehic')
/** An issuer that has whatever the examples ask for. */
const offering = { configuration: () => type, scope: () => undefined }

describe('OpenID4VCI 1.0 section 5.1.1: the published authorization details', () => {
  const expected: Record<string, string[]> = {
    'authorization_details.json': ['UniversityDegreeCredential'],
    'authorization_details_jwt_vc_json.json': ['UniversityDegreeCredential'],
    'authorization_details_ldp_vc.json': ['UniversityDegree_LDP_VC'],
    'authorization_details_mso_doc.json': ['org.iso.18013.5.1.mDL'],
    'authorization_details_multiple_credentials.json': ['UniversityDegreeCredential', 'org.iso.18013.5.1.mDL'],
    'authorization_details_sd_jwt_vc.json': ['PID_SD_JWT_VC'],
    'authorization_details_with_as.json': ['UniversityDegreeCredential'],
  }
  const names = vectorNames('openid4vci').filter((name) => name.startsWith('authorization_details'))

  it('are all here', () => {
    expect(names.sort()).toEqual(Object.keys(expected))
  })

  it.each(names)('%s', (name) => {
    const authorization_details = vector(`openid4vci/${name}`)
    const configurationIds = expected[name]
    expect(parseWanted(parseForm(form({ authorization_details })), offering, ISSUER)).toEqual({ configurationIds, byDetails: true })
  })

  it('are what our wallet sends, with the issuer where a server serves several', () => {
    const published = (name: string): unknown => JSON.parse(vector(`openid4vci/${name}`))
    expect(JSON.parse(authorizationDetails(['UniversityDegreeCredential', 'org.iso.18013.5.1.mDL']))).toEqual(
      published('authorization_details_multiple_credentials.json'),
    )
    expect(JSON.parse(authorizationDetails(['UniversityDegreeCredential'], ISSUER))).toEqual(
      published('authorization_details_with_as.json'),
    )
  })
})
