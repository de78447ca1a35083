import { commandRefused } from '../errors.ts'

/**
 * What opens a Veramo agent, loaded when it is needed and no sooner: it takes longer to load than any other command to run. Nor is Veramo installed with the
 * issuer: with its Ethereum library it is larger than all the rest, and most issuers have no identity on EBSI. Throws `RefusedError` where it is not.
 */
export async function loadAgent() {
  try {
    return await import('./agent.ts')
  } catch (error) {
    if (!isMissing(error, '@veramo/')) throw error
    throw commandRefused('veramo_missing', 'identities on EBSI are made with Veramo, which is not installed')
  }
}

const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}`)
