import { type CommandError, RefusedError, SettingsError } from '@symbolon/command-line'
import { CREDENTIAL_CODES, CredentialError, sentence } from '@symbolon/credential'
import { EBSI_WORDS } from '@symbolon/ebsi'
import { PEER_CODES, PeerError } from '@symbolon/openid4vc'
import { SD_JWT_ERRORS, SdJwtError } from '@symbolon/sd-jwt'
import { WALLET_CODES, type WalletCode, WalletError } from '@symbolon/wallet'

/** Faults in what the wallet itself was set up with; every other one came from a peer. */
const OF_SETTINGS: readonly WalletCode[] = ['container_malformed', 'container_not_opened', 'state_malformed']

/** What an error of a lower floor means for whoever called the command; null for any other error. */
export function explain(error: unknown): CommandError | null {
  if (error instanceof PeerError) {
    // Who is to mend it wants to read it up.
    const { hint, spec } = PEER_CODES[error.code]
    return new RefusedError(error.code, error.message, `${hint} (${spec})`)
  }
  if (error instanceof CredentialError) return new RefusedError(error.code, error.message, CREDENTIAL_CODES[error.code].hint)
  if (error instanceof SdJwtError) return new RefusedError(error.code, error.code, SD_JWT_ERRORS[error.code].hint)
  if (!(error instanceof WalletError)) return null
  const hint = checkHint(error) ?? WALLET_CODES[error.code].hint
  return OF_SETTINGS.includes(error.code)
    ? new SettingsError([error.message], hint, error.code)
    : new RefusedError(error.code, error.message, hint)
}

/** To issue it again helps neither where nobody vouches for the issuer nor where something is missing that its issuer or its registry has to give. */
function checkHint({ check }: WalletError): string | undefined {
  if (check?.outcome === 'unknown')
    return 'nothing was stored; what is needed to judge it is not to be had from its issuer and its registry: tell the issuer'
  return check?.id === 'trust' ? `nothing was stored. ${sentence(check.code, check.facts, 'en', [EBSI_WORDS])}` : undefined
}
