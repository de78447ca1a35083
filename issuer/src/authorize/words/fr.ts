import type { Words } from './words.ts'

export const fr: Words = {
  consent: {
    title: 'Ajouter à votre portefeuille ?',
    asks: (wallet) => `Le portefeuille « ${wallet} » demande :`,
    signedInAs: (person) => `Vous êtes connecté en tant que ${person}.`,
    nothingFor: 'Pour ce qui suit, nous n’avons aucune donnée sur vous en ce moment ; le portefeuille ne le recevra donc pas :',
    meaning: 'Ce qui se passe si vous êtes d’accord',
    means: [
      'Nous cherchons ce que nos sources disent de vous maintenant, nous le signons et l’envoyons à ce portefeuille.',
      'Cela reste dans le portefeuille. Vous décidez chaque fois à qui vous le montrez, et quelle partie.',
      'Nous n’apprenons pas où vous le montrez.',
    ],
    renewal: (days) =>
      `Le portefeuille peut le récupérer à nouveau pendant ${days} jours au plus sans vous demander. Cela s’arrête si vous le retirez du portefeuille et que celui-ci nous le signale.`,
    registered: (host) => `Ce portefeuille est enregistré chez nous et reçoit notre réponse à ${host}.`,
    notRegistered:
      'Ce portefeuille n’est pas enregistré chez nous : nous ne connaissons que le nom qu’il se donne. Ne continuez que si vous avez commencé vous-même, sur cet ordinateur.',
    agree: 'Oui, l’ajouter',
    refuse: 'Non',
  },
  synthetic: {
    title: 'Choisissez une personne',
    about: 'Cette page remplace la connexion pendant le développement. Toutes ces personnes sont inventées.',
    cancel: 'Annuler',
  },
  faults: {
    already_answered: {
      title: 'Vous avez déjà répondu',
      text: 'Cette question a reçu sa réponse, qui a été envoyée à votre portefeuille.',
      next: 'Retournez à votre portefeuille. Si rien n’y est arrivé, recommencez dans le portefeuille.',
    },
    browser_not_known: {
      title: 'Nous ne reconnaissons pas ce navigateur',
      text: 'Cette page appartient à une autre fenêtre de navigateur, ou votre navigateur ne garde pas les cookies.',
      next: 'Continuez dans le navigateur que votre portefeuille a ouvert et autorisez les cookies pour ce site. Sinon, recommencez dans le portefeuille.',
    },
    link_ended: {
      title: 'Ce lien n’est plus valable',
      text: 'Le lien de votre portefeuille est valable quelques minutes et pour une seule réponse.',
      next: 'Retournez à votre portefeuille et recommencez.',
    },
    link_malformed: {
      title: 'Ce lien n’est pas complet',
      text: 'Il manque quelque chose dans l’adresse par laquelle vous êtes arrivé ici, ou il y a quelque chose en trop.',
      next: 'Retournez à votre portefeuille et recommencez. Si le problème persiste, signalez-le aux auteurs du portefeuille.',
    },
  },
}
