import { signIn } from './sign_in_pages.ts'

const [, , address = '', person = '', answer] = process.argv
await fetch(await signIn(address, { person, answer: answer === 'no' ? 'no' : 'yes' }))
