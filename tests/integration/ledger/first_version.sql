BEGIN TRANSACTION;
CREATE TABLE attempts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	generation_key VARCHAR(64) NOT NULL, 
	recipe VARCHAR(64) NOT NULL, 
	film VARCHAR(40) NOT NULL, 
	scene VARCHAR(12) NOT NULL, 
	shot VARCHAR(24) NOT NULL, 
	stage VARCHAR(12) NOT NULL, 
	tier VARCHAR(12) NOT NULL, 
	attempt INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	provider VARCHAR(80) NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	changed TEXT NOT NULL, 
	parent VARCHAR(64), 
	epoch INTEGER NOT NULL, 
	run VARCHAR(200) NOT NULL, 
	scopes TEXT NOT NULL, 
	price VARCHAR(64) NOT NULL, 
	likely BIGINT NOT NULL, 
	held BIGINT NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	sent INTEGER NOT NULL, 
	job_id VARCHAR(300), 
	cost BIGINT, 
	assumed INTEGER NOT NULL, 
	asset TEXT, 
	request TEXT NOT NULL, 
	raw TEXT NOT NULL, 
	opened_at VARCHAR(40) NOT NULL, 
	moved_at VARCHAR(40) NOT NULL, 
	CONSTRAINT attempts_state CHECK (state IN ('held', 'submitted', 'in_doubt', 'settled', 'released', 'written_off')), 
	CONSTRAINT attempts_amounts CHECK (held >= 0 AND (cost IS NULL OR cost >= 0)), 
	CONSTRAINT attempts_job CHECK (state <> 'submitted' OR job_id IS NOT NULL), 
	CONSTRAINT attempts_cost CHECK ((cost IS NOT NULL) = (state IN ('settled', 'written_off')))
);
INSERT INTO "attempts" VALUES(1,'eeb6b712c900fd67a387fd5c5e193f5d73edf8354aebd3f27e2f34f5b064e8f2','367ea18fff8476e3e35d24cfed32a2bfb7f7c6c39224ed86b5f3627ec0b942fa','HRB','SC010','SC010_SH0010','panel','draft',1,1,'previz','previz-1','the first take',NULL,1,'r1','["film:HRB","run:r1","scene:SC010","shot:SC010_SH0010"]','0000000000000000000000000000000000000000000000000000000000000000',390000,390000,'settled',1,'job-1',300000,0,'{"frames":1,"height":480,"media_type":"image/png","schema":"gate/artefact/1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size_bytes":9,"width":854}','{"attempt":1,"chain_links":0,"fps":24,"frames":96,"operation":"panel","parent":null,"progress":0.0,"prompt":"fog","references":[],"resolution":"480p","schema":"gate/request/1","seed":1,"shot":"SC010_SH0010","staging":{"camera":{"amount":0.12,"lens":"35 mm","move":"static","plate":{"x":0.5,"y":0.5,"zoom":1.0},"size":"wide"},"cast":[],"chain":false,"dialogue":[],"duration_s":4.0,"grade":null,"id":"SC010_SH0010","location":"quay","mode":"start_frame","motion":"fog drifts","props":[],"seed":0,"sound":"room tone","tier":null,"transition":{"kind":"cut","seconds":0.5}},"weather":[]}','billed 0.30','2026-11-21T12:00:00.000+00:00','2026-11-21T12:00:00.000+00:00');
INSERT INTO "attempts" VALUES(2,'ff030875bbeb2240aca27accb17350f0f216b598f38c577723f881322bec7b9b','ffc0fe10d976d56300e16aa992bf8b18b1f2948436cb97da28afad0db47a1ded','HRB','SC010','SC010_SH0010','panel','draft',1,2,'previz','previz-1','the first take',NULL,1,'r1','["film:HRB","run:r1","scene:SC010","shot:SC010_SH0010"]','0000000000000000000000000000000000000000000000000000000000000000',50000,50000,'submitted',1,'job-2',NULL,0,NULL,'{"attempt":1,"chain_links":0,"fps":24,"frames":96,"operation":"panel","parent":null,"progress":0.0,"prompt":"rain","references":[],"resolution":"480p","schema":"gate/request/1","seed":1,"shot":"SC010_SH0010","staging":{"camera":{"amount":0.12,"lens":"35 mm","move":"static","plate":{"x":0.5,"y":0.5,"zoom":1.0},"size":"wide"},"cast":[],"chain":false,"dialogue":[],"duration_s":4.0,"grade":null,"id":"SC010_SH0010","location":"quay","mode":"start_frame","motion":"fog drifts","props":[],"seed":0,"sound":"room tone","tier":null,"transition":{"kind":"cut","seconds":0.5}},"weather":[]}','','2026-11-21T12:00:00.000+00:00','2026-11-21T12:00:00.000+00:00');
INSERT INTO "attempts" VALUES(3,'a3f39b3154b42d0d6cc5e926de4109a2b4cf40b10aede8123be75f4e76572120','6d3c5141d63b66b3fa5a22b97318f2118a7c060fc4c77b9bb19da582edd05642','HRB','SC010','SC010_SH0010','panel','draft',1,3,'previz','previz-1','the first take',NULL,1,'r1','["film:HRB","run:r1","scene:SC010","shot:SC010_SH0010"]','0000000000000000000000000000000000000000000000000000000000000000',50000,50000,'released',1,NULL,NULL,0,NULL,'{"attempt":1,"chain_links":0,"fps":24,"frames":96,"operation":"panel","parent":null,"progress":0.0,"prompt":"snow","references":[],"resolution":"480p","schema":"gate/request/1","seed":1,"shot":"SC010_SH0010","staging":{"camera":{"amount":0.12,"lens":"35 mm","move":"static","plate":{"x":0.5,"y":0.5,"zoom":1.0},"size":"wide"},"cast":[],"chain":false,"dialogue":[],"duration_s":4.0,"grade":null,"id":"SC010_SH0010","location":"quay","mode":"start_frame","motion":"fog drifts","props":[],"seed":0,"sound":"room tone","tier":null,"transition":{"kind":"cut","seconds":0.5}},"weather":[]}','429 slow down','2026-11-21T12:00:00.000+00:00','2026-11-21T12:00:00.000+00:00');
INSERT INTO "attempts" VALUES(4,'409a61d50c6380a76f5ce28ffba9b29752a5483aff4d865d99fd5ab8698900c1','db109b5b5a691dc8d0f9c2faa7edd90338c065228e790d08f907251f33724102','HRB','SC010','SC010_SH0020','panel','draft',1,1,'previz','previz-1','the first take',NULL,1,'r1','["film:HRB","run:r1","scene:SC010","shot:SC010_SH0020"]','0000000000000000000000000000000000000000000000000000000000000000',70000,70000,'in_doubt',1,NULL,NULL,0,NULL,'{"attempt":1,"chain_links":0,"fps":24,"frames":96,"operation":"panel","parent":null,"progress":0.0,"prompt":"wind","references":[],"resolution":"480p","schema":"gate/request/1","seed":1,"shot":"SC010_SH0020","staging":{"camera":{"amount":0.12,"lens":"35 mm","move":"static","plate":{"x":0.5,"y":0.5,"zoom":1.0},"size":"wide"},"cast":[],"chain":false,"dialogue":[],"duration_s":4.0,"grade":null,"id":"SC010_SH0020","location":"quay","mode":"start_frame","motion":"fog drifts","props":[],"seed":0,"sound":"room tone","tier":null,"transition":{"kind":"cut","seconds":0.5}},"weather":[]}','timeout','2026-11-21T12:00:00.000+00:00','2026-11-21T12:00:00.000+00:00');
INSERT INTO "attempts" VALUES(5,'7e5d48d4422b6570a04deb7a36988d4e8eed487e48963c8382cd666f57f8790d','b1cdba8514b9117906d42781754c82600bff8575673a1c8fa6e00e676ed869bc','HRB','SC010','SC010_SH0020','panel','draft',1,2,'previz','previz-1','the first take',NULL,1,'r1','["film:HRB","run:r1","scene:SC010","shot:SC010_SH0020"]','0000000000000000000000000000000000000000000000000000000000000000',80000,80000,'written_off',1,NULL,80000,1,NULL,'{"attempt":1,"chain_links":0,"fps":24,"frames":96,"operation":"panel","parent":null,"progress":0.0,"prompt":"hail","references":[],"resolution":"480p","schema":"gate/request/1","seed":1,"shot":"SC010_SH0020","staging":{"camera":{"amount":0.12,"lens":"35 mm","move":"static","plate":{"x":0.5,"y":0.5,"zoom":1.0},"size":"wide"},"cast":[],"chain":false,"dialogue":[],"duration_s":4.0,"grade":null,"id":"SC010_SH0020","location":"quay","mode":"start_frame","motion":"fog drifts","props":[],"seed":0,"sound":"room tone","tier":null,"transition":{"kind":"cut","seconds":0.5}},"weather":[]}','timeout','2026-11-21T12:00:00.000+00:00','2026-11-21T12:00:00.000+00:00');
INSERT INTO "attempts" VALUES(6,'203cd562c6211c3926d632c9f66fb746e88c354faa905887877b712ca387b4e7','bad7af6ca3f1c8b2e6c16f0c332e7ebbd6b6b1b3749194d0d5d75e3e2fb53335','HRB','SC010','SC010_SH0030','panel','draft',1,1,'previz','previz-1','the first take',NULL,1,'r1','["film:HRB","run:r1","scene:SC010","shot:SC010_SH0030"]','0000000000000000000000000000000000000000000000000000000000000000',30000,30000,'held',0,NULL,NULL,0,NULL,'{"attempt":1,"chain_links":0,"fps":24,"frames":96,"operation":"panel","parent":null,"progress":0.0,"prompt":"sun","references":[],"resolution":"480p","schema":"gate/request/1","seed":1,"shot":"SC010_SH0030","staging":{"camera":{"amount":0.12,"lens":"35 mm","move":"static","plate":{"x":0.5,"y":0.5,"zoom":1.0},"size":"wide"},"cast":[],"chain":false,"dialogue":[],"duration_s":4.0,"grade":null,"id":"SC010_SH0030","location":"quay","mode":"start_frame","motion":"fog drifts","props":[],"seed":0,"sound":"room tone","tier":null,"transition":{"kind":"cut","seconds":0.5}},"weather":[]}','','2026-11-21T12:00:00.000+00:00','2026-11-21T12:00:00.000+00:00');
CREATE TABLE certificates (
	sha256 VARCHAR(64) NOT NULL, 
	asset VARCHAR(64) NOT NULL, 
	shot VARCHAR(24) NOT NULL, 
	stage VARCHAR(12) NOT NULL, 
	at VARCHAR(40) NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (sha256)
);
INSERT INTO "certificates" VALUES('7712727c279ed02aae40b5a0b1486b2499d7e747d2184de85007f16aff74f84e','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','SC010_SH0010','panel','2026-11-21T12:00:00.000+00:00','{"asset":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","eye":"none","references":[],"rules":"1","schema":"gate/certificate/1","scores":[],"shot":"SC010_SH0010","stage":"panel","tier":"draft"}');
CREATE TABLE decisions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at VARCHAR(40) NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	scope VARCHAR(120) NOT NULL, 
	shot VARCHAR(24), 
	tier VARCHAR(12), 
	body TEXT NOT NULL
);
INSERT INTO "decisions" VALUES(1,'2026-11-21T12:00:00.000+00:00','write_off','SC010','SC010',NULL,'{"amount_microusd":0,"binding":null,"door":"terminal","kind":"write_off","made_at":"2026-11-21T12:00:00Z","schema":"gate/decision/1","scope":"SC010","who":"Ada","why":"gone"}');
INSERT INTO "decisions" VALUES(2,'2026-11-21T12:00:00.000+00:00','raise_cap','scene:SC010','SC010',NULL,'{"amount_microusd":1500000,"binding":null,"door":"terminal","kind":"raise_cap","made_at":"2026-11-21T12:00:00Z","schema":"gate/decision/1","scope":"scene:SC010","who":"Ada","why":"because"}');
INSERT INTO "decisions" VALUES(3,'2026-11-21T12:00:00.000+00:00','stop','SC010','SC010',NULL,'{"amount_microusd":0,"binding":null,"door":"terminal","kind":"stop","made_at":"2026-11-21T12:00:00Z","schema":"gate/decision/1","scope":"SC010","who":"Ada","why":"because"}');
CREATE TABLE epochs (
	scene VARCHAR(12) NOT NULL, 
	number INTEGER NOT NULL, 
	run VARCHAR(200) NOT NULL, 
	PRIMARY KEY (scene)
);
INSERT INTO "epochs" VALUES('SC010',1,'r1');
CREATE TABLE flags (
	name VARCHAR(12) NOT NULL, 
	why TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "flags" VALUES('stop','Ada: because');
CREATE TABLE journal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at VARCHAR(40) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	attempt INTEGER, 
	scope VARCHAR(120), 
	state VARCHAR(12), 
	held_delta BIGINT NOT NULL, 
	settled_delta BIGINT NOT NULL, 
	amount BIGINT, 
	body TEXT NOT NULL
);
INSERT INTO "journal" VALUES(1,'2026-11-21T12:00:00.000+00:00','cap',NULL,'film:HRB',NULL,0,0,10000000,'{"declared":10000000,"why":"declared"}');
INSERT INTO "journal" VALUES(2,'2026-11-21T12:00:00.000+00:00','cap',NULL,'run:r1',NULL,0,0,2000000,'{"declared":2000000,"why":"declared"}');
INSERT INTO "journal" VALUES(3,'2026-11-21T12:00:00.000+00:00','cap',NULL,'run:r2',NULL,0,0,2000000,'{"declared":2000000,"why":"declared"}');
INSERT INTO "journal" VALUES(4,'2026-11-21T12:00:00.000+00:00','cap',NULL,'scene:SC010',NULL,0,0,1000000,'{"declared":1000000,"why":"declared"}');
INSERT INTO "journal" VALUES(5,'2026-11-21T12:00:00.000+00:00','cap',NULL,'shot:SC010_SH0010',NULL,0,0,800000,'{"declared":800000,"why":"declared"}');
INSERT INTO "journal" VALUES(6,'2026-11-21T12:00:00.000+00:00','cap',NULL,'shot:SC010_SH0020',NULL,0,0,800000,'{"declared":800000,"why":"declared"}');
INSERT INTO "journal" VALUES(7,'2026-11-21T12:00:00.000+00:00','cap',NULL,'shot:SC010_SH0030',NULL,0,0,800000,'{"declared":800000,"why":"declared"}');
INSERT INTO "journal" VALUES(8,'2026-11-21T12:00:00.000+00:00','epoch',NULL,'scene:SC010',NULL,0,0,1,'{"run":"r1"}');
INSERT INTO "journal" VALUES(9,'2026-11-21T12:00:00.000+00:00','hold',1,NULL,'held',390000,0,NULL,'{"key":"eeb6b712c900fd67a387fd5c5e193f5d73edf8354aebd3f27e2f34f5b064e8f2","scopes":["film:HRB","run:r1","scene:SC010","shot:SC010_SH0010"]}');
INSERT INTO "journal" VALUES(10,'2026-11-21T12:00:00.000+00:00','sent',1,NULL,'held',0,0,NULL,'{"sent":1}');
INSERT INTO "journal" VALUES(11,'2026-11-21T12:00:00.000+00:00','submitted',1,NULL,'submitted',0,0,NULL,'{"job_id":"job-1","sent":1}');
INSERT INTO "journal" VALUES(12,'2026-11-21T12:00:00.000+00:00','settle',1,NULL,'settled',-390000,300000,NULL,'{"asset":"{\"frames\":1,\"height\":480,\"media_type\":\"image/png\",\"schema\":\"gate/artefact/1\",\"sha256\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size_bytes\":9,\"width\":854}","assumed":0,"cost":300000,"raw":"billed 0.30"}');
INSERT INTO "journal" VALUES(13,'2026-11-21T12:00:00.000+00:00','hold',2,NULL,'held',50000,0,NULL,'{"key":"ff030875bbeb2240aca27accb17350f0f216b598f38c577723f881322bec7b9b","scopes":["film:HRB","run:r1","scene:SC010","shot:SC010_SH0010"]}');
INSERT INTO "journal" VALUES(14,'2026-11-21T12:00:00.000+00:00','sent',2,NULL,'held',0,0,NULL,'{"sent":1}');
INSERT INTO "journal" VALUES(15,'2026-11-21T12:00:00.000+00:00','submitted',2,NULL,'submitted',0,0,NULL,'{"job_id":"job-2","sent":1}');
INSERT INTO "journal" VALUES(16,'2026-11-21T12:00:00.000+00:00','hold',3,NULL,'held',50000,0,NULL,'{"key":"a3f39b3154b42d0d6cc5e926de4109a2b4cf40b10aede8123be75f4e76572120","scopes":["film:HRB","run:r1","scene:SC010","shot:SC010_SH0010"]}');
INSERT INTO "journal" VALUES(17,'2026-11-21T12:00:00.000+00:00','sent',3,NULL,'held',0,0,NULL,'{"sent":1}');
INSERT INTO "journal" VALUES(18,'2026-11-21T12:00:00.000+00:00','release',3,NULL,'released',-50000,0,NULL,'{"proof":"not_billed","raw":"429 slow down","words":"429 slow down"}');
INSERT INTO "journal" VALUES(19,'2026-11-21T12:00:00.000+00:00','hold',4,NULL,'held',70000,0,NULL,'{"key":"409a61d50c6380a76f5ce28ffba9b29752a5483aff4d865d99fd5ab8698900c1","scopes":["film:HRB","run:r1","scene:SC010","shot:SC010_SH0020"]}');
INSERT INTO "journal" VALUES(20,'2026-11-21T12:00:00.000+00:00','sent',4,NULL,'held',0,0,NULL,'{"sent":1}');
INSERT INTO "journal" VALUES(21,'2026-11-21T12:00:00.000+00:00','doubt',4,NULL,'in_doubt',0,0,NULL,'{"raw":"timeout","sent":1}');
INSERT INTO "journal" VALUES(22,'2026-11-21T12:00:00.000+00:00','hold',5,NULL,'held',80000,0,NULL,'{"key":"7e5d48d4422b6570a04deb7a36988d4e8eed487e48963c8382cd666f57f8790d","scopes":["film:HRB","run:r1","scene:SC010","shot:SC010_SH0020"]}');
INSERT INTO "journal" VALUES(23,'2026-11-21T12:00:00.000+00:00','sent',5,NULL,'held',0,0,NULL,'{"sent":1}');
INSERT INTO "journal" VALUES(24,'2026-11-21T12:00:00.000+00:00','doubt',5,NULL,'in_doubt',0,0,NULL,'{"raw":"timeout","sent":1}');
INSERT INTO "journal" VALUES(25,'2026-11-21T12:00:00.000+00:00','write_off',5,NULL,'written_off',-80000,80000,NULL,'{"assumed":1,"cost":80000,"who":"Ada","why":"gone"}');
INSERT INTO "journal" VALUES(26,'2026-11-21T12:00:00.000+00:00','hold',6,NULL,'held',30000,0,NULL,'{"key":"203cd562c6211c3926d632c9f66fb746e88c354faa905887877b712ca387b4e7","scopes":["film:HRB","run:r1","scene:SC010","shot:SC010_SH0030"]}');
INSERT INTO "journal" VALUES(27,'2026-11-21T12:00:00.000+00:00','cap',NULL,'scene:SC010',NULL,0,0,1500000,'{"declared":1000000,"why":"Ada: because"}');
INSERT INTO "journal" VALUES(28,'2026-11-21T12:00:00.000+00:00','stop',NULL,NULL,NULL,0,0,NULL,'{"why":"Ada: because"}');
CREATE TABLE meta (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema_version','1');
CREATE TABLE notes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at VARCHAR(40) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	scope VARCHAR(120) NOT NULL, 
	text TEXT NOT NULL
);
INSERT INTO "notes" VALUES(1,'2026-11-21T12:00:00.000+00:00','escalation','SC010_SH0020','out of attempts');
CREATE TABLE scopes (
	scope VARCHAR(120) NOT NULL, 
	declared BIGINT, 
	cap BIGINT, 
	held BIGINT NOT NULL, 
	settled BIGINT NOT NULL, 
	PRIMARY KEY (scope), 
	CONSTRAINT scopes_amounts CHECK (held >= 0 AND settled >= 0)
);
INSERT INTO "scopes" VALUES('film:HRB',10000000,10000000,150000,380000);
INSERT INTO "scopes" VALUES('run:r1',2000000,2000000,150000,380000);
INSERT INTO "scopes" VALUES('run:r2',2000000,2000000,0,0);
INSERT INTO "scopes" VALUES('scene:SC010',1000000,1500000,150000,380000);
INSERT INTO "scopes" VALUES('shot:SC010_SH0010',800000,800000,50000,300000);
INSERT INTO "scopes" VALUES('shot:SC010_SH0020',800000,800000,70000,80000);
INSERT INTO "scopes" VALUES('shot:SC010_SH0030',800000,800000,30000,0);
CREATE TABLE verdicts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	generation_key VARCHAR(64) NOT NULL, 
	at VARCHAR(40) NOT NULL, 
	body TEXT NOT NULL
);
INSERT INTO "verdicts" VALUES(1,'eeb6b712c900fd67a387fd5c5e193f5d73edf8354aebd3f27e2f34f5b064e8f2','2026-11-21T12:00:00.000+00:00','{"findings":[],"schema":"gate/verdict/1","scores":[]}');
CREATE INDEX journal_attempt ON journal (attempt);
CREATE UNIQUE INDEX attempts_job ON attempts (provider, job_id) WHERE job_id IS NOT NULL AND state <> 'released';
CREATE UNIQUE INDEX attempts_one_clip ON attempts (shot) WHERE stage = 'clip' AND state IN ('held', 'submitted', 'in_doubt');
CREATE UNIQUE INDEX attempts_one_payer ON attempts (generation_key) WHERE state <> 'released';
CREATE INDEX attempts_recipe ON attempts (recipe);
CREATE UNIQUE INDEX attempts_version ON attempts (shot, stage, tier, version) WHERE state <> 'released';
CREATE INDEX decisions_shot ON decisions (shot);
CREATE INDEX certificates_asset ON certificates (asset, shot, stage);
CREATE INDEX verdicts_key ON verdicts (generation_key);
CREATE INDEX notes_scope ON notes (scope);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal only grows'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal only grows'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions only grows'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions only grows'); END;
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates BEGIN SELECT RAISE(ABORT, 'certificates only grows'); END;
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates BEGIN SELECT RAISE(ABORT, 'certificates only grows'); END;
CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts BEGIN SELECT RAISE(ABORT, 'verdicts only grows'); END;
CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts BEGIN SELECT RAISE(ABORT, 'verdicts only grows'); END;
CREATE TRIGGER notes_no_update BEFORE UPDATE ON notes BEGIN SELECT RAISE(ABORT, 'notes only grows'); END;
CREATE TRIGGER notes_no_delete BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'notes only grows'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('journal',28);
INSERT INTO "sqlite_sequence" VALUES('attempts',6);
INSERT INTO "sqlite_sequence" VALUES('verdicts',1);
INSERT INTO "sqlite_sequence" VALUES('decisions',3);
INSERT INTO "sqlite_sequence" VALUES('notes',1);
COMMIT;
