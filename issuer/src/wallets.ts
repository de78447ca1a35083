import type { CredentialType } from '@symbolon/credential'
import { authorizationCode, type Caller, ProtocolError, type Wantable } from '@symbolon/openid4vc'
import type { IssuedType } from './issue.ts'

const kindOf = ({ registered }: Caller): CredentialType['clients'][number] => (registered === undefined ? 'anonymous' : 'registered')

/** Whether this wallet may have credentials of the type at all (`clients` of the brick); throws ProtocolError `invalid_client` or `unauthorized_client`. */
export function checkWallet({ clients }: CredentialType, caller: Caller): void {
  if (clients.includes(kindOf(caller))) return
  if (caller.registered === undefined) {
    throw new ProtocolError('invalid_client', 'this credential is issued only to wallets that the institution has registered')
  }
  throw new ProtocolError('unauthorized_client', 'this credential is not issued to registered wallets')
}

/** What a wallet can ask a person to agree to: the types that are for it and allow the code flow, by their names, as identifiers and as scopes. */
export function wantable(types: ReadonlyMap<string, IssuedType>, caller: Caller): Wantable {
  const configuration = (name: string): CredentialType | undefined => {
    const type = types.get(name)?.type
    return type?.grants.includes(authorizationCode.id) && type.clients.includes(kindOf(caller)) ? type : undefined
  }
  return { configuration, scope: (name) => configuration(name)?.name }
}
