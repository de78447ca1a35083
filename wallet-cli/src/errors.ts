import { RefusedError } from '@symbolon/command-line'

/** Every code of the wallet's commands: the section that asks for it, and what the person can do. Rows sorted by code. */
export const WALLET_COMMAND_CODES = {
  address_refused: { spec: 'SD-JWT VC draft 19 section 7.1', hint: 'ask the issuer for an offer with https addresses' },
  answer_not_text: { spec: 'RFC 8259 section 8.1', hint: 'tell the issuer that its answer is not UTF-8' },
  answer_too_large: { spec: 'SD-JWT VC draft 19 section 7.1', hint: 'tell the issuer that its answer is too long' },
  not_confirmed: { spec: 'wallet-cli/README.md', hint: 'call the command again if you want it done' },
  peer_redirected: { spec: 'OpenID4VP 1.0 section 14.8', hint: 'ask the issuer for an offer with its final address' },
  peer_unreachable: { spec: 'wallet-cli/README.md', hint: 'look whether the address is right and whether there is a network' },
  wallet_exists: { spec: 'wallet-cli/README.md', hint: 'use it, or name another folder with --home' },
} as const satisfies Record<string, { spec: string; hint: string }>

/** A refusal (exit 1) with the hint of its code; the message holds no claim values, keys, tokens or paths of an address. */
export const refused = (code: keyof typeof WALLET_COMMAND_CODES, message: string): RefusedError =>
  new RefusedError(code, message, WALLET_COMMAND_CODES[code].hint)
