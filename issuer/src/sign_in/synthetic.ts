import { html } from '../authorize/html.ts'
import { WORDS } from '../authorize/words/index.ts'
import { syntheticRegister } from '../synthetic_source.ts'
import { type SignIn, type SignInKind, SignInRefused } from './sign_in.ts'

/** A page of the synthetic persons to choose one from; whoever can open it can be anybody, so it is for development. */
export const syntheticSignIn: SignInKind = { id: 'synthetic', production: false, needsProvider: false, open }

function open(): SignIn {
  const persons = syntheticRegister().sort((one, other) => one.name.localeCompare(other.name))
  return {
    method: 'POST',
    async begin({ returnTo, state, language }) {
      const { title, about, cancel } = WORDS[language].synthetic
      const content = html`<p class="note">${about}</p>
<form method="post" action="${new URL(returnTo).pathname}">
<input type="hidden" name="state" value="${state}">
<ul class="persons">
${persons.map(({ subject, name }) => html`<li><button name="person" value="${subject}">${name}</button></li>\n`)}</ul>
<p class="actions"><button name="error" value="access_denied">${cancel}</button></p>
</form>`
      return { title, content }
    },
    async complete(answer) {
      if (answer.has('error')) throw new SignInRefused('access_denied', 'the person did not sign in')
      const person = persons.find(({ subject }) => subject === answer.get('person'))
      if (person === undefined) throw new SignInRefused('access_denied', 'there is no such person in the synthetic register')
      return person
    },
  }
}
