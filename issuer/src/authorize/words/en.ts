import type { Words } from './words.ts'

export const en: Words = {
  consent: {
    title: 'Add this to your wallet?',
    asks: (wallet) => `The wallet “${wallet}” asks for:`,
    signedInAs: (person) => `You are signed in as ${person}.`,
    nothingFor: 'We have nothing about you at this moment for the following, so the wallet will not get it:',
    meaning: 'What happens when you agree',
    means: [
      'We look up what our sources say about you now, sign it and send it to this wallet.',
      'It stays in the wallet. You decide each time whom you show it to and how much of it.',
      'We are not told where you show it.',
    ],
    renewal: (days) =>
      `The wallet may fetch it again for at most ${days} days without asking you. That ends when you remove it from the wallet and the wallet tells us.`,
    registered: (host) => `This wallet is registered with us and gets our answer at ${host}.`,
    notRegistered:
      'This wallet is not registered with us: we know only the name it gives itself. Go on only if you started this yourself, on this computer.',
    agree: 'Yes, add it',
    refuse: 'No',
  },
  synthetic: {
    title: 'Choose a person',
    about: 'This page stands in for a sign-in while developing. All these persons are invented.',
    cancel: 'Cancel',
  },
  faults: {
    already_answered: {
      title: 'You have already answered',
      text: 'This question was answered, and the answer went to your wallet.',
      next: 'Go back to your wallet. If nothing arrived there, begin anew in the wallet.',
    },
    browser_not_known: {
      title: 'We do not recognise this browser',
      text: 'This page belongs to another browser window, or your browser does not keep cookies.',
      next: 'Go on in the browser that your wallet opened, and allow cookies for this site. Otherwise begin anew in the wallet.',
    },
    link_ended: {
      title: 'This link has ended',
      text: 'The link of your wallet is good for a few minutes and for one answer.',
      next: 'Go back to your wallet and begin anew.',
    },
    link_malformed: {
      title: 'This link is not complete',
      text: 'Something is missing in the address with which you came here, or there is too much in it.',
      next: 'Go back to your wallet and begin anew. If it stays like this, tell the makers of the wallet.',
    },
  },
}
