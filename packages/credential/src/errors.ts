/** Every code a malformed artefact or a check of this package can give: the section that asks for it, and what to do. Rows sorted by code. */
export const CREDENTIAL_CODES = {
  bundle_malformed: { spec: 'specs/bundle.md', hint: 'fetch the bundle again; the file is cut off or is not a bundle' },
  bundle_not_trusted: { spec: 'specs/bundle.md', hint: 'add the signer of the bundle to the trust file, after comparing its fingerprint' },
  claim_not_there: { spec: 'OpenID4VCI 1.0 appendix C', hint: 'choose one of the claims that `show` lists' },
  trust_file_malformed: { spec: 'README, Trust', hint: 'correct the entries named in the message' },
  type_malformed: { spec: 'specs/credential-type.md', hint: 'correct the files and paths named in the message' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type CredentialCode = keyof typeof CREDENTIAL_CODES

/** A malformed artefact: `code` says which rule it breaks, `detail` where; neither holds claim values, keys or tokens. */
export class CredentialError extends Error {
  readonly code: CredentialCode
  constructor(code: CredentialCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.name = 'CredentialError'
    this.code = code
  }
}
