import type { CredentialType } from '@symbolon/credential'
import { type Caller, ProtocolError } from '@symbolon/openid4vc'

/** Whether this wallet may have credentials of the type at all (`clients` of the brick); throws ProtocolError `invalid_client` or `unauthorized_client`. */
export function checkWallet({ clients }: CredentialType, { registered }: Caller): void {
  if (registered === undefined && !clients.includes('anonymous')) {
    throw new ProtocolError('invalid_client', 'this credential is issued only to wallets that the institution has registered')
  }
  if (registered !== undefined && !clients.includes('registered')) {
    throw new ProtocolError('unauthorized_client', 'this credential is not issued to registered wallets')
  }
}
