<?php
// Fills a MediaWiki with some 30 pages: histories of several people, categories, links, redirects, templates, tables, pictures.
// Run by mediawiki.sh as a maintenance script; prints nothing.

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;
use MediaWiki\Revision\SlotRecord;

class FillWiki extends Maintenance {
	public function execute() {
		$this->page( 'Template:Warning', [ [ 'Ann', 'The box', '<div class="box">{{{1}}}</div>' ] ] );
		$topics = [
			'VPN' => [ 'Network', 'remote access' ], 'Printer' => [ 'Hardware', 'paper' ], 'Scanner' => [ 'Hardware', 'scan to mail' ],
			'Mailbox' => [ 'Mail', 'full mailbox' ], 'Calendar' => [ 'Mail', 'shared calendar' ], 'Password' => [ 'Accounts', 'forgotten password' ],
			'Second factor' => [ 'Accounts', 'new phone' ], 'Laptop' => [ 'Hardware', 'first day' ], 'Dock' => [ 'Hardware', 'external monitor' ],
			'Wireless' => [ 'Network', 'Wi-Fi' ], 'Cable' => [ 'Network', 'network socket' ], 'Disk' => [ 'Hardware', 'full disk' ],
			'Backup' => [ 'Software', 'lost file' ], 'Meeting room' => [ 'Meetings', 'projector' ], 'Headset' => [ 'Meetings', 'no sound' ],
			'Camera' => [ 'Meetings', 'no picture' ], 'Browser' => [ 'Software', 'blank page' ], 'Phishing' => [ 'Security', 'strange mail' ],
			'Malware' => [ 'Security', 'strange window' ], 'Remote desktop' => [ 'Network', 'home office' ],
		];
		$names = array_keys( $topics );
		$n = 0;
		foreach ( $topics as $name => [ $category, $words ] ) {
			$next = $names[ ( $n + 1 ) % count( $names ) ];
			$third = $names[ ( $n + 7 ) % count( $names ) ];
			$first = "'''$name''' is about ''$words''.\n";
			$second = $first . "\n== Steps ==\n# Look at [[$next]].\n# Then at [[$third|the other page]].\n## And wait.\n# Ask the desk.\n\n[[Category:$category]]\n";
			$last = $second . "\n== More ==\n{{Warning|Do not pull the [[Cable]].}}\n\n{| class=\"wikitable\"\n|+ Values\n! Name !! Value\n|-\n| $words || " . ( $n * 3 ) . "\n|-\n| other || <code>a|b</code>\n|}\n\n<syntaxhighlight lang=\"bash\">\necho [[not a link]] '''$name'''\n</syntaxhighlight>\n\nSee also [https://example.org/$n the maker] and [[no such page $n]].\n\n[[File:Picture_" . ( $n % 6 ) . ".png|thumb|200px|A picture for [[$name]]]]\n";
			$revisions = [ [ 'Ann', 'begun', $first ], [ 'Bo', 'steps', $second ], [ 'Ann', 'more & better', $last ] ];
			for ( $extra = 0; $extra < $n % 4; $extra++ ) {
				$revisions[] = [ 'Cheng', "round $extra", $last . "\nRound $extra.\n" ];
			}
			$this->page( $name, $revisions );
			$n++;
		}
		$this->page( '打印机卡纸', [ [ 'Cheng', '开始', "'''打印机'''卡纸时，先关机。参见[[Printer]]。\n\n[[Category:Hardware]]" ], [ 'Cheng', '补充', "'''注意：'''先关机，再打开前盖。参见[[Printer|打印机]]和[[VPN]]。\n\n[[File:Picture_0.png|thumb|纸盒]]\n\n[[Category:Hardware]]" ] ] );
		$this->page( 'VPN/Setup', [ [ 'Bo', 'sub page', "Back to [[VPN]], on to [[/Windows]].\n\n[[Category:Network]]" ] ] );
		$this->page( 'VPN/Setup/Windows', [ [ 'Bo', 'sub page', "Back to [[VPN/Setup]]. <gallery>\nFile:Picture_1.png|One\nFile:Picture_2.png|Two\n</gallery>" ] ] );
		$this->page( 'Help:Writing', [ [ 'Ann', 'help', "Write <nowiki>[[links]]</nowiki> like [[VPN]].\n\n <b>pre</b> formatted\n" ] ] );
		$this->page( 'Main Page', [ [ 'Ann', 'start', "Welcome. [[VPN]], [[Printer]], [[打印机卡纸]], [[Help:Writing]].\n\n[[Media:Picture_3.png|the file]]" ] ] );
		foreach ( [ 'Virtual private network' => 'VPN', 'Wi-Fi' => 'Wireless', 'Tunnel' => 'Virtual private network', '打印机' => 'Printer', 'Old page' => 'No such page at all' ] as $from => $to ) {
			$this->page( $from, [ [ 'Ann', 'moved', "#REDIRECT [[$to]]" ] ] );
		}
		$this->page( 'User:Ann', [ [ 'Ann', 'me', 'My page' ] ] );
		$this->page( 'Talk:VPN', [ [ 'Bo', 'talk', 'A question' ] ] );
	}

	private function page( string $title, array $revisions ) {
		$services = MediaWikiServices::getInstance();
		$page = $services->getWikiPageFactory()->newFromTitle( Title::newFromText( $title ) );
		foreach ( $revisions as [ $author, $note, $text ] ) {
			$user = User::newSystemUser( $author, [ 'steal' => true ] );
			$updater = $page->newPageUpdater( $user );
			$updater->setContent( SlotRecord::MAIN, ContentHandler::makeContent( $text, $page->getTitle() ) );
			$updater->saveRevision( CommentStoreComment::newUnsavedComment( $note ), EDIT_SUPPRESS_RC );
			if ( !$updater->wasSuccessful() ) {
				$this->fatalError( "cannot save $title: " . $updater->getStatus() );
			}
		}
	}
}

$maintClass = FillWiki::class;
require_once RUN_MAINTENANCE_IF_MAIN;
