import type { Check } from '@symbolon/credential'

/** Every code of the wallet's own faults: the section that asks for it, and what the person can do. Rows sorted by code. */
export const WALLET_CODES = {
  authorization_ended: {
    spec: 'RFC 6749 section 6',
    hint: 'copies that you have stay good until they end; for more, ask the issuer for a new offer, or sign in there with `receive --issuer`',
  },
  authorization_server_unclear: {
    spec: 'OpenID4VCI 1.0 section 12.2.4',
    hint: 'ask the issuer for an offer that names the authorization server',
  },
  claim_not_there: { spec: 'OpenID4VCI 1.0 appendix C', hint: 'choose one of the claims that `show` lists' },
  configuration_not_offered: { spec: 'OpenID4VCI 1.0 section 4.1.1', hint: 'ask the issuer for a new offer' },
  container_malformed: { spec: 'packages/wallet/README.md', hint: 'name the wallet file, or put a copy of it back' },
  container_not_opened: {
    spec: 'RFC 7516 section 5.2',
    hint: 'type the passphrase again; if it is right, the file was changed: put a copy of it back',
  },
  copies_spent: {
    spec: 'OpenID4VCI 1.0 section 15.4',
    hint: 'fetch new copies, or show one again with --reuse: then whoever saw it before can tell that it is you',
  },
  credential_not_asked: {
    spec: 'OpenID4VP 1.0 section 6.4.2',
    hint: 'name one that answers the request, or none: `present REQUEST_URI --dry-run` shows what would be shown',
  },
  credential_not_held: { spec: 'packages/wallet/README.md', hint: 'choose one of the identifiers that `list` shows' },
  credential_refused: { spec: 'OpenID4VCI 1.0 section 13.5', hint: 'nothing was stored; tell the issuer, who has to issue it again' },
  encryption_not_supported: {
    spec: 'OpenID4VCI 1.0 section 10',
    hint: 'this issuer demands encrypted messages, which this wallet does not speak',
  },
  format_not_supported: { spec: 'OpenID4VCI 1.0 appendix A', hint: 'ask the issuer for this credential in a format the wallet knows' },
  issuance_not_pending: { spec: 'packages/wallet/README.md', hint: 'nothing is under way: take up an offer' },
  issuer_not_trusted: {
    spec: 'OpenID4VCI 1.0 section 13.5',
    hint: 'nothing was sent; if you know this issuer, add its authority to the trust file after comparing the fingerprint',
  },
  not_refreshable: {
    spec: 'RFC 6749 section 1.5',
    hint: 'this issuer gave no right to more copies: ask for a new offer, or sign in there with `receive --issuer`',
  },
  nothing_to_show: { spec: 'OpenID4VP 1.0 section 6.4.2', hint: 'receive a credential that answers the request, or prove it otherwise' },
  proof_not_supported: { spec: 'OpenID4VCI 1.0 appendix F', hint: 'this issuer wants a key proof that this wallet cannot make' },
  registry_not_believed: {
    spec: 'packages/wallet/README.md',
    hint: 'nothing was stored; if that registry is the right one, set SYMBOLON_EBSI_REGISTRIES to its network, as pilot, or to NETWORK=URL, and ask for a new offer',
  },
  sign_in_not_supported: {
    spec: 'OpenID4VCI 1.0 section 5.1',
    hint: 'nothing was sent; tell the issuer which member of its metadata is wrong, or ask for an offer with a pre-authorized code',
  },
  state_malformed: {
    spec: 'packages/wallet/README.md',
    hint: 'this wallet was written by a newer program, or is broken: update, or put a copy back',
  },
  tx_code_malformed: { spec: 'OpenID4VCI 1.0 section 4.1.1', hint: 'type the code exactly as you were told it' },
  tx_code_missing: { spec: 'OpenID4VCI 1.0 section 6.1', hint: 'give the code that the issuer sent you apart from the offer' },
  tx_code_not_expected: { spec: 'OpenID4VCI 1.0 section 6.3', hint: 'leave the code out: this offer has none' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type WalletCode = keyof typeof WALLET_CODES

/** The wallet cannot or will not do something: `code` says why, `detail` what about; neither holds claim values, keys or tokens. `check` is the one that failed, if one did. */
export class WalletError extends Error {
  readonly code: WalletCode
  readonly check: Check | undefined
  constructor(code: WalletCode, detail?: string, cause?: unknown, check?: Check) {
    super(detail === undefined ? code : `${code}: ${detail}`, cause === undefined ? undefined : { cause })
    this.name = 'WalletError'
    this.code = code
    this.check = check
  }
}
