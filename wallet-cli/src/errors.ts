import { RefusedError, SettingsError } from '@symbolon/command-line'

/** Every code of the wallet's commands: the section that asks for it, and what the person can do. Rows sorted by code. */
export const WALLET_COMMAND_CODES = {
  address_refused: { spec: 'SD-JWT VC draft 19 section 7.1', hint: 'ask the issuer for an offer with https addresses' },
  answer_not_ours: {
    spec: 'RFC 6749 section 10.12',
    hint: 'copy the whole address that the browser ended at, and begin again: each sign-in has an address of its own',
  },
  answer_not_text: { spec: 'RFC 8259 section 8.1', hint: 'tell the issuer that its answer is not UTF-8' },
  answer_too_large: { spec: 'SD-JWT VC draft 19 section 7.1', hint: 'tell the issuer that its answer is too long' },
  asked_beyond_registration: {
    spec: 'EUDI ARF 3.0 RPRC_21',
    hint: 'nothing was shown; if you want to show it all the same, call the command without --yes and agree yourself',
  },
  asker_not_trusted: {
    spec: 'OpenID4VP 1.0 section 5.9.3',
    hint: 'nothing was shown; if you know who asks, add its authority to the trust file (for access) after comparing the fingerprint',
  },
  asker_unknown: {
    spec: 'OpenID4VP 1.0 section 5.9.3',
    hint: 'nothing was shown; at a terminal you are asked, and --unverified answers somebody whom nobody vouches for',
  },
  container_too_large: { spec: 'wallet-cli/README.md', hint: 'name the wallet file, or put a copy of it back' },
  form_too_weak: { spec: 'specs/code.md', hint: 'ask whoever wants to know for a challenge, and answer that' },
  not_confirmed: { spec: 'wallet-cli/README.md', hint: 'call the command again if you want it done' },
  passphrase_differs: { spec: 'wallet-cli/README.md', hint: 'nothing was made; start again' },
  passphrase_empty: { spec: 'wallet-cli/README.md', hint: 'choose one that nobody guesses, and write it on the first line of its file' },
  peer_redirected: { spec: 'OpenID4VP 1.0 section 14.8', hint: 'ask the issuer for an offer with its final address' },
  peer_unreachable: { spec: 'wallet-cli/README.md', hint: 'look whether the address is right and whether there is a network' },
  registration_wrong: {
    spec: 'EUDI ARF 3.0 RPRC_17a',
    hint: 'nothing was shown; tell whoever asks, or if you know its registrar, add that to the trust file (for registration) after comparing the fingerprint',
  },
  sign_in_timed_out: {
    spec: 'RFC 8252 section 7.3',
    hint: 'begin again, and sign in within ten minutes; --manual needs no open connection',
  },
  wallet_exists: { spec: 'wallet-cli/README.md', hint: 'use it, or name another folder with --home' },
  wallet_missing: { spec: 'wallet-cli/README.md', hint: 'make one with `symbolon-wallet init`, or name its folder with --home' },
  wallet_unreadable: { spec: 'wallet-cli/README.md', hint: 'give this user the right to read the folder, or name another with --home' },
} as const satisfies Record<string, { spec: string; hint: string }>

type Code = keyof typeof WALLET_COMMAND_CODES

/** A refusal (exit 1) with the hint of its code; the message holds no claim values, keys, tokens or paths of an address. */
export const refused = (code: Code, message: string): RefusedError => new RefusedError(code, message, WALLET_COMMAND_CODES[code].hint)

/** Wrong settings (exit 78) with the hint of its code. */
export const wrongSettings = (code: Code, message: string): SettingsError =>
  new SettingsError([message], WALLET_COMMAND_CODES[code].hint, code)
