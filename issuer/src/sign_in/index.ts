import { openIdSignIn } from './openid.ts'
import type { SignInKind } from './sign_in.ts'
import { syntheticSignIn } from './synthetic.ts'

export type { OpenIdSettings } from './openid.ts'
export { type Begun, type Person, type SignIn, type SignInKind, SignInRefused, type Visit } from './sign_in.ts'
export { openIdSignIn, syntheticSignIn }

/** Every way to sign in. */
export const SIGN_INS: readonly SignInKind[] = [syntheticSignIn, openIdSignIn]
